/** At the end of a filter: the topic and all below it. */
const AND_BELOW = '//.';

/**
 * Whether a filter of events, as ONVIF and the device manual write them, covers a topic: `axis:Call/State` this one,
 * `axis:Call//.` all below, `//.` or nothing everything. Namespaces may have either of their names or be left out.
 */
export function topicFilterCovers(filter: string, topic: string): boolean {
  const isOpen = filter === '' || filter.endsWith(AND_BELOW);
  const wanted = namesOf(isOpen ? filter.slice(0, -AND_BELOW.length) : filter);
  const names = namesOf(topic);
  if (isOpen ? names.length < wanted.length : names.length !== wanted.length) return false;
  return wanted.every((name, index) => name === names[index]);
}

function namesOf(topic: string): string[] {
  return topic
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.slice(part.indexOf(':') + 1));
}
