import { DISPLAY_NAME, isOf, isSpace } from './characters.js';
import { formatUri, parseUri, type Uri } from './uri.js';
import { Parameters } from './parameters.js';
import { quote, unquote } from './quoted-string.js';
import { Scanner } from './scanner.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const LESS = 0x3c;

/** What a name-address is made of. */
export type NameAddressParts = {
  readonly uri: Uri;
  /** What a person is called, without quotes. Default none. */
  readonly displayName?: string | undefined;
  /** Header parameters. Default none. */
  readonly parameters?: Parameters | undefined;
  /** The `tag` parameter, added to the others. Default none. */
  readonly tag?: string | undefined;
};

/** The value of From, To, Contact, Route and their like (RFC 3261 section 20.10): an immutable value. */
export class NameAddress {
  readonly displayName: string | undefined;
  readonly uri: Uri;
  readonly parameters: Parameters;

  constructor(parts: NameAddressParts) {
    const parameters = parts.parameters ?? Parameters.none;
    this.displayName = parts.displayName;
    this.uri = parts.uri;
    this.parameters = parts.tag === undefined ? parameters : parameters.with('tag', parts.tag);
  }

  get tag(): string | undefined {
    return this.parameters.get('tag');
  }

  /** Always with angle brackets, so that no parameter is taken for one of the URI. */
  toString(): string {
    const name = this.displayName === undefined ? '' : `${quote(this.displayName)} `;
    return `${name}<${formatUri(this.uri)}>${this.parameters.format()}`;
  }
}

/** Reads one `name-addr` or `addr-spec` with its parameters, from where the scanner stands. */
export function readNameAddress(scanner: Scanner): NameAddress {
  scanner.skipSpace();
  let displayName: string | undefined;
  let bare = false;
  if (scanner.peek() === QUOTE) {
    displayName = unquote(scanner.quoted());
    scanner.skipSpace();
    if (scanner.peek() !== LESS) scanner.fail('"<" is missing behind the display name');
  } else if (scanner.peek() !== LESS) {
    const end = endOfBare(scanner);
    bare = scanner.text.charCodeAt(end) !== LESS;
    if (!bare) displayName = readDisplayName(scanner, end);
  }
  const uri = bare ? readBareUri(scanner) : readBracketed(scanner);
  return new NameAddress({ displayName, uri, parameters: Parameters.read(scanner) });
}

/** The whole text as one name-address. Errors: SIP_SYNTAX with `path`, by default `address`. */
export function parseNameAddress(text: string, path = 'address'): NameAddress {
  const scanner = new Scanner(text, path);
  const address = readNameAddress(scanner);
  scanner.finish();
  return address;
}

/** Where a display name without quotes or a URI without brackets can end at the latest. */
function endOfBare(scanner: Scanner): number {
  const { text } = scanner;
  let index = scanner.position;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === LESS || code === SEMICOLON || code === COMMA) break;
  }
  return index;
}

/** Tokens by the grammar; UTF-8 and other visible characters come from real phones and harm nobody. */
function readDisplayName(scanner: Scanner, end: number): string {
  const { text } = scanner;
  for (let index = scanner.position; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (!isOf(code, DISPLAY_NAME) && !isSpace(code) && code < 0x80)
      scanner.fail('the display name needs quotes');
  }
  const name = text.slice(scanner.position, end).trimEnd();
  scanner.position = end;
  return name;
}

function readBracketed(scanner: Scanner): Uri {
  const close = scanner.text.indexOf('>', scanner.position);
  if (close < 0) scanner.fail('">" is missing');
  const uri = parseUri(scanner.text.slice(scanner.position + 1, close), scanner.path);
  scanner.position = close + 1;
  return uri;
}

/** Without brackets, semicolon, comma and question mark do not belong to the URI (section 20.10). */
function readBareUri(scanner: Scanner): Uri {
  const { text } = scanner;
  const end = endOfBare(scanner);
  const raw = text.slice(scanner.position, end).trimEnd();
  if (raw.includes('?')) scanner.fail('a URI with "?" needs angle brackets');
  scanner.position = end;
  return parseUri(raw, scanner.path);
}
