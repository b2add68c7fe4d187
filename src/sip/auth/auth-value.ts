/** One challenge, or one set of credentials (RFC 3261 section 25.1: `challenge`, `credentials`). */
export interface AuthValue {
  /** In lower case: `digest`. */
  readonly scheme: string;
  /** By name in lower case, values without their quotes; the first where a name is repeated. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads what an Authenticate or Authorization line holds; what does not fit the grammar ends the reading. */
export function parseAuthValues(line: string): AuthValue[] {
  const values: AuthValue[] = [];
  let parameters = new Map<string, string>();
  let position = 0;
  for (;;) {
    position = skip(line, position, ', \t\r\n');
    const nameEnd = endOfToken(line, position);
    if (nameEnd === position) return values;
    const name = line.slice(position, nameEnd).toLowerCase();
    position = skip(line, nameEnd, ' \t\r\n');
    if (line[position] !== '=') {
      // A word without a value is the scheme of the next challenge: several may share one line.
      parameters = new Map();
      values.push({ scheme: name, parameters });
      continue;
    }
    const value = readValue(line, skip(line, position + 1, ' \t\r\n'));
    if (value === undefined || values.length === 0) return values;
    if (!parameters.has(name)) parameters.set(name, value.text);
    position = value.end;
  }
}

function skip(line: string, start: number, characters: string): number {
  let position = start;
  while (position < line.length && characters.includes(line[position] ?? '\0')) position++;
  return position;
}

/** Lenient where a value is no token, such as a nonce in base64 without quotes: it ends at a comma or a space. */
function endOfToken(line: string, start: number, stops = ',= \t\r\n"'): number {
  let position = start;
  while (position < line.length && !stops.includes(line[position] ?? '\0')) position++;
  return position;
}

function readValue(line: string, start: number): { text: string; end: number } | undefined {
  if (line[start] !== '"') {
    const end = endOfToken(line, start, ', \t\r\n"');
    return { text: line.slice(start, end), end };
  }
  let text = '';
  for (let position = start + 1; position < line.length; position++) {
    const character = line[position] ?? '';
    if (character === '"') return { text, end: position + 1 };
    if (character === '\\') position++;
    text += line[position] ?? '';
  }
  return undefined;
}
