import { cryptoSuiteOf, type CryptoSuite } from './crypto-suite.js';
import type { MasterKey } from './master-key.js';

/** One line a=crypto that can be used (RFC 4568 section 9.1). */
export interface CryptoAttribute {
  readonly tag: number;
  readonly suite: CryptoSuite;
  /** The suite as the peer writes it; an answer repeats it. */
  readonly spelling: string;
  /** One, or several that packets name by their identifier. */
  readonly masters: readonly MasterKey[];
}

/** A line a=crypto, or why it cannot be used. The reason is for people and never holds a key. */
type ParsedCrypto = { readonly attribute: CryptoAttribute } | { readonly refusal: string };

/** More keys than this in one line is no phone call. */
const MOST_KEYS = 16;
const INLINE = 'inline:';

/** Reads what follows `a=crypto:`. Its parameters stand apart by spaces: tag, suite, keys, then those of the session. */
export function parseCrypto(value: string): ParsedCrypto {
  const [tag = '', name = '', keys = '', ...parameters] = value.trim().split(/ +/);
  if (!/^\d{1,9}$/.test(tag)) return { refusal: 'its tag is no number' };
  const suite = cryptoSuiteOf(name.toUpperCase());
  if (suite === undefined) return { refusal: `the suite ${name.slice(0, 40)} is not known here` };
  for (const parameter of parameters) {
    const refusal = refusalOfParameter(parameter);
    if (refusal !== undefined) return { refusal };
  }
  const masters = parseKeys(keys, suite);
  if (typeof masters === 'string') return { refusal: masters };
  return { attribute: { tag: Number(tag), suite, spelling: name, masters } };
}

/** Writes the keys of a line, as sdp-transform wants them apart from tag and suite. */
export function formatKeys({ key, salt }: MasterKey): string {
  return INLINE + Buffer.concat([key, salt]).toString('base64');
}

/**
 * Session parameters (RFC 4568 section 6.3). What weakens protection is refused, and so is what we do not know
 * unless its name says by a hyphen that it may be ignored.
 */
function refusalOfParameter(parameter: string): string | undefined {
  const [name = '', value = ''] = parameter.toUpperCase().split('=', 2);
  // Our window is wider than any hint; there is no forward error correction whose order could matter.
  if (name === 'WSH' || name === 'FEC_ORDER' || name.startsWith('-')) return undefined;
  if (name === 'KDR') return value === '0' ? undefined : 'keys that are derived anew (KDR) are not supported';
  if (name.startsWith('UNENCRYPTED_') || name.startsWith('UNAUTHENTICATED_')) {
    return `it turns protection off (${name.slice(0, 40)})`;
  }
  return `the parameter ${name.slice(0, 40)} is not known here`;
}

function parseKeys(text: string, suite: CryptoSuite): readonly MasterKey[] | string {
  const parts = text.split(';');
  if (parts.length > MOST_KEYS) return `it has more than ${MOST_KEYS} keys`;
  const masters: MasterKey[] = [];
  for (const part of parts) {
    const master = parseKey(part, suite);
    if (typeof master === 'string') return master;
    masters.push(master);
  }
  if (masters.length > 1 && !areToldApart(masters)) return 'its keys cannot be told apart';
  return masters;
}

/** `inline:` key and salt, then a lifetime, then an identifier with its length, each behind a bar. */
function parseKey(text: string, suite: CryptoSuite): MasterKey | string {
  if (text.slice(0, INLINE.length).toLowerCase() !== INLINE) return 'its key is not given inline';
  const [encoded = '', ...rest] = text.slice(INLINE.length).split('|');
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== suite.keyLength + suite.saltLength) return 'its key has not the length of its suite';
  const hasIdentifier = rest.at(-1)?.includes(':') === true;
  const identifier = hasIdentifier ? parseIdentifier(rest.pop() ?? '') : undefined;
  if (identifier === 'wrong') return 'the identifier of its key is malformed';
  const lifetime = rest.length === 0 ? undefined : parseLifetime(rest[0] ?? '');
  if (rest.length > 1 || lifetime === 'wrong') return 'the lifetime of its key is malformed';
  return {
    key: bytes.subarray(0, suite.keyLength),
    salt: bytes.subarray(suite.keyLength),
    ...(identifier === undefined ? {} : { identifier }),
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

/** Some peers leave the padding out. */
function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function parseLifetime(text: string): number | 'wrong' {
  const power = /^2\^(\d{1,2})$/.exec(text);
  const lifetime = power ? 2 ** Number(power[1]) : /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return lifetime > 0 && lifetime <= 2 ** 48 ? lifetime : 'wrong';
}

/** `value:length`, the length in octets, 1 to 128. */
function parseIdentifier(text: string): Buffer | 'wrong' {
  const [, value = '', octets = ''] = /^(\d{1,309}):(\d{1,3})$/.exec(text) ?? [];
  const length = Number(octets);
  if (value === '' || length < 1 || length > 128) return 'wrong';
  const digits = BigInt(value).toString(16);
  return digits.length > length * 2 ? 'wrong' : Buffer.from(digits.padStart(length * 2, '0'), 'hex');
}

function areToldApart(masters: readonly MasterKey[]): boolean {
  const names = masters.map(({ identifier }) => identifier?.toString('hex') ?? '');
  return (
    names.every((name) => name !== '' && name.length === names[0]?.length) &&
    new Set(names).size === names.length
  );
}
