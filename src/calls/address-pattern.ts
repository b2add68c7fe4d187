import { formatUri, parseUri, uriEquals, type SipUri, type Uri } from '../sip/message/index.js';
import { parsedUri, userOf } from './parsed-address.js';

/** A filter on the address of one side of a call. */
export interface AddressPattern {
  /** Whether it takes every address, also one that cannot be read. */
  readonly matchesAll: boolean;
  /** The only decoded user parts it can take, where they can be counted; for an index. */
  readonly users: readonly string[] | undefined;
  matches(uri: string): boolean;
}

export type CompiledAddressPattern =
  | { readonly ok: true; readonly pattern: AddressPattern }
  | { readonly ok: false; readonly reason: string; readonly accepted: string };

/** A range is counted out for an index up to this size; a longer one is compared. */
const MOST_COUNTED = 100;
/** More digits than this are not counted exactly. */
const MOST_DIGITS = 15;

const ACCEPTED =
  'a SIP URI, an extension like 1001, a range like 1001-1010, several of them with commas, or *';

/**
 * Reads what a person wrote: a SIP URI, exact by RFC 3261 section 19.1.4, with or without angle brackets;
 * `sip:1001@*` for any host; an extension, which is the user part at any host; a range `1001-1010`; several
 * separated by commas; `*` or nothing for any address. Never throws.
 */
export function compileAddressPattern(text: string): CompiledAddressPattern {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, pattern: ANY };
  const patterns: AddressPattern[] = [];
  for (const part of splitAtCommas(trimmed)) {
    const compiled = compilePart(part.trim());
    if (!compiled.ok) return compiled;
    patterns.push(compiled.pattern);
  }
  const [only] = patterns;
  return { ok: true, pattern: patterns.length === 1 && only !== undefined ? only : anyOf(patterns) };
}

/** A comma between angle brackets belongs to a URI. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isBracketed = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '<') isBracketed = true;
    else if (character === '>') isBracketed = false;
    else if (character === ',' && !isBracketed) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function compilePart(part: string): CompiledAddressPattern {
  const isBracketed = part.startsWith('<') && part.endsWith('>');
  const text = isBracketed ? part.slice(1, -1).trim() : part;
  if (text === '') return refused('An address is missing.');
  if (text === '*') return taken(ANY);
  if (/^(sips?|tel):/i.test(text)) return compileUri(text);
  if (text.includes('@')) return compileUri(`sip:${text}`);
  if (/[\s<>":;/?]/.test(text)) return refused(`"${part}" is neither a SIP URI nor an extension.`);
  return compileUser(text);
}

function compileUri(text: string): CompiledAddressPattern {
  const at = text.lastIndexOf('@');
  const colon = text.indexOf(':');
  const user = at < 0 ? undefined : text.slice(colon + 1, at);
  const isAnyHost = at >= 0 && text.slice(at + 1) === '*';
  if (isAnyHost && user !== undefined) {
    if (user === '') return refused(`"${text}" has no user before the @.`);
    return user === '*' ? taken(ANY_SIP) : compileUser(user);
  }
  // The host is read by the parser, behind a user that certainly parses.
  const uri = tryToParse(user === '*' ? `${text.slice(0, colon + 1)}any${text.slice(at)}` : text);
  if (uri === undefined) return refused(`"${text}" is not a complete SIP URI.`);
  if (user === '*')
    return uri.kind === 'sip' ? taken(anyUserAt(uri)) : refused(`"${text}" is not a SIP URI.`);
  return taken(exactly(uri));
}

function compileUser(text: string): CompiledAddressPattern {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range?.[1] !== undefined && range[2] !== undefined) return compileRange(range[1], range[2]);
  const user = userOf(`sip:${text}@any.invalid`) ?? text;
  return taken({ matchesAll: false, users: [user], matches: (uri) => userOf(uri) === user });
}

function compileRange(from: string, to: string): CompiledAddressPattern {
  if (from.length > MOST_DIGITS || to.length > MOST_DIGITS) {
    return refused(`The range ${from}-${to} has more than ${MOST_DIGITS} digits.`);
  }
  const [first, last] = [Number(from), Number(to)];
  if (first > last) return refused(`The range ${from}-${to} runs backwards.`);
  if (from.length !== to.length && from.length > 1 && from.startsWith('0')) {
    return refused(`The ends of the range ${from}-${to} must have the same number of digits.`);
  }
  const isWithin = (uri: string): boolean => {
    const user = userOf(uri);
    if (user === undefined || user.length < from.length || user.length > to.length || !isDigits(user))
      return false;
    if (from.length !== to.length && user.length > 1 && user.startsWith('0')) return false;
    const number = Number(user);
    return number >= first && number <= last;
  };
  const users =
    last - first < MOST_COUNTED
      ? Array.from({ length: last - first + 1 }, (_, offset) =>
          String(first + offset).padStart(from.length, '0'),
        )
      : undefined;
  return taken({ matchesAll: false, users, matches: isWithin });
}

const ANY: AddressPattern = { matchesAll: true, users: undefined, matches: () => true };

const ANY_SIP: AddressPattern = {
  matchesAll: false,
  users: undefined,
  matches: (text) => parsedUri(text)?.kind === 'sip',
};

function exactly(uri: Uri): AddressPattern {
  const user = userOf(formatUri(uri));
  const matches = (text: string): boolean => {
    const other = parsedUri(text);
    return other !== undefined && uriEquals(uri, other);
  };
  return { matchesAll: false, users: user === undefined ? undefined : [user], matches };
}

function anyUserAt({ scheme, host, port }: SipUri): AddressPattern {
  const matches = (text: string): boolean => {
    const uri = parsedUri(text);
    if (uri?.kind !== 'sip' || uri.scheme !== scheme) return false;
    return uri.host === host && (port === undefined || uri.port === port);
  };
  return { matchesAll: false, users: undefined, matches };
}

function anyOf(patterns: readonly AddressPattern[]): AddressPattern {
  const users: string[] = [];
  let isCounted = true;
  for (const pattern of patterns) {
    if (pattern.users === undefined) isCounted = false;
    else users.push(...pattern.users);
  }
  return {
    matchesAll: patterns.some((pattern) => pattern.matchesAll),
    users: isCounted ? [...new Set(users)] : undefined,
    matches: (uri) => patterns.some((pattern) => pattern.matches(uri)),
  };
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function tryToParse(text: string): Uri | undefined {
  try {
    return parseUri(text);
  } catch (_notAUri) {
    return undefined;
  }
}

function taken(pattern: AddressPattern): CompiledAddressPattern {
  return { ok: true, pattern };
}

function refused(reason: string): CompiledAddressPattern {
  return { ok: false, reason, accepted: ACCEPTED };
}
