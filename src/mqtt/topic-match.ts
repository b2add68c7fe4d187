/** Whether an MQTT filter covers a topic (MQTT 3.1.1 section 4.7). */
export function mqttFilterCovers(filter: string, topic: string): boolean {
  // Topics of the broker itself are only for those who ask for them by name (section 4.7.2).
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

/** A topic below a prefix. */
export function below(prefix: string, topic: string): string {
  return prefix === '' ? topic : `${prefix}/${topic}`;
}
