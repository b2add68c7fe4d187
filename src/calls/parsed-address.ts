import { parseUri, type Uri } from '../sip/message/index.js';

/** Addresses repeat, in the events of one call and from call to call; so many are kept. */
const MOST_KEPT = 1_000;
/** A longer address is somebody's attack on memory; it is parsed each time. */
const LONGEST_KEPT = 256;

interface ParsedAddress {
  readonly uri: Uri | undefined;
  readonly user: string | undefined;
}

const kept = new Map<string, ParsedAddress>();

/** A URI as text, parsed once; undefined where it is none. */
export function parsedUri(text: string): Uri | undefined {
  return parsed(text).uri;
}

/** The decoded user part, or the number of a tel URI; undefined where there is none. */
export function userOf(text: string): string | undefined {
  return parsed(text).user;
}

function parsed(text: string): ParsedAddress {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const uri = tryToParse(text);
  const address = { uri, user: uri === undefined ? undefined : userOfUri(uri) };
  if (text.length > LONGEST_KEPT) return address;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(text, address);
  return address;
}

function tryToParse(text: string): Uri | undefined {
  try {
    return parseUri(text);
  } catch (_notAUri) {
    return undefined;
  }
}

function userOfUri(uri: Uri): string | undefined {
  if ('host' in uri) return uri.decodedUser;
  if (uri.scheme !== 'tel') return undefined;
  const end = uri.rest.indexOf(';');
  // RFC 3966 section 3: hyphens, dots and parentheses in a number are there for the eye only.
  return (end < 0 ? uri.rest : uri.rest.slice(0, end)).replaceAll(/[-.()]/g, '');
}
