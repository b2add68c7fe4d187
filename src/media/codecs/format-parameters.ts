/** The `name=value` pairs of an a=fmtp line, names in small letters; what is no pair has an empty value. */
export function formatParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(';')) {
    const [name = '', value = ''] = part.split('=', 2);
    if (name.trim() !== '') parameters.set(name.trim().toLowerCase(), value.trim());
  }
  return parameters;
}
