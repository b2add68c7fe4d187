import { isDigit, isOf, PASSWORD, spanOf, URI_PARAMETER, USER, VISIBLE } from './characters.js';
import { isEscaped } from './escapes.js';
import { endOfDigits, endOfHost, hostOf, portOf } from './host.js';
import { OpaqueUri } from './opaque-uri.js';
import { Parameters } from './parameters.js';
import { SipUri } from './sip-uri.js';
import { syntaxError } from './syntax-error.js';

export type Uri = SipUri | OpaqueUri;

const COLON = 0x3a;
const SEMICOLON = 0x3b;
const EQUAL = 0x3d;
const QUESTION_MARK = 0x3f;
const AMPERSAND = 0x26;

/** Whether a URI is of the schemes that a call can be sent to. */
export function isSipUri(uri: Uri): uri is SipUri {
  return uri.kind === 'sip';
}

/** Writes a URI as it stands in a start line or between angle brackets. */
export function formatUri(uri: Uri): string {
  return uri.toString();
}

/**
 * Reads a URI (RFC 3261 section 25.1, SIP-URI, SIPS-URI and absoluteURI).
 * Errors: SIP_SYNTAX with `path`, by default `URI`.
 */
export function parseUri(text: string, path = 'URI'): Uri {
  // The common case first: "sip:" in any case, without looking for the colon.
  if (isSipScheme(text)) {
    if (text.charCodeAt(3) === COLON) return parseSipUri('sip', text, 4, path);
    if ((text.charCodeAt(3) | 0x20) === 0x73 && text.charCodeAt(4) === COLON) {
      return parseSipUri('sips', text, 5, path);
    }
  }
  return parseOpaqueUri(text, path);
}

function isSipScheme(text: string): boolean {
  return (
    (text.charCodeAt(0) | 0x20) === 0x73 &&
    (text.charCodeAt(1) | 0x20) === 0x69 &&
    (text.charCodeAt(2) | 0x20) === 0x70
  );
}

function parseOpaqueUri(text: string, path: string): OpaqueUri {
  const colon = text.indexOf(':');
  if (!isScheme(text, colon)) throw syntaxError(path, 'this is no URI, its scheme is missing');
  if (colon + 1 === text.length || spanOf(text, colon + 1, text.length, VISIBLE) < text.length) {
    throw syntaxError(path, 'the URI holds a character that may not stand there');
  }
  return new OpaqueUri(text.slice(0, colon).toLowerCase(), text.slice(colon + 1));
}

function isScheme(text: string, end: number): boolean {
  for (let index = 0; index < end; index += 1) {
    const code = text.charCodeAt(index);
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    const later = index > 0 && (isDigit(code) || code === 0x2b || code === 0x2d || code === 0x2e);
    if (!letter && !later) return false;
  }
  return end > 0;
}

function parseSipUri(scheme: 'sip' | 'sips', text: string, start: number, path: string): SipUri {
  // "@" must be escaped in every other part, so the first one ends the user information.
  const at = text.indexOf('@', start);
  let user: string | undefined;
  let password: string | undefined;
  if (at >= 0) {
    const colon = text.lastIndexOf(':', at);
    const userEnd = colon >= start ? colon : at;
    if (userEnd === start || !isEscaped(text, start, userEnd, USER)) {
      throw syntaxError(path, 'the user part of the URI is malformed');
    }
    user = text.slice(start, userEnd);
    if (userEnd < at) password = readPassword(text, userEnd + 1, at, path);
  }
  const hostStart = at >= 0 ? at + 1 : start;
  const hostEnd = endOfHost(text, hostStart, path);
  const host = hostOf(text, hostStart, hostEnd);
  if (hostEnd === text.length) {
    return new SipUri(scheme, user, password, host, undefined, Parameters.none, Parameters.none);
  }
  return parseTail(scheme, user, password, host, text, hostEnd, path);
}

function readPassword(text: string, start: number, end: number, path: string): string {
  if (!isEscaped(text, start, end, PASSWORD)) throw syntaxError(path, 'the password of the URI is malformed');
  return text.slice(start, end);
}

/** Port, parameters and headers: what most URIs do without. */
function parseTail(
  scheme: 'sip' | 'sips',
  user: string | undefined,
  password: string | undefined,
  host: string,
  text: string,
  start: number,
  path: string,
): SipUri {
  let position = start;
  let port: number | undefined;
  if (text.charCodeAt(position) === COLON) {
    const end = endOfDigits(text, position + 1);
    port = portOf(text, position + 1, end, path);
    position = end;
  }
  const parameters: (string | undefined)[] = [];
  while (text.charCodeAt(position) === SEMICOLON) position = readPair(text, position + 1, parameters, path);
  const headers: (string | undefined)[] = [];
  if (text.charCodeAt(position) === QUESTION_MARK) {
    do position = readPair(text, position + 1, headers, path);
    while (text.charCodeAt(position) === AMPERSAND);
  }
  if (position < text.length) throw syntaxError(path, 'the URI holds a character that may not stand there');
  return new SipUri(
    scheme,
    user,
    password,
    host,
    port,
    Parameters.fromFlat(parameters),
    Parameters.fromFlat(headers),
  );
}

/** Reads `name[=value]` into `flat` and gives the index behind it. `&` ends a header, but not a parameter. */
function readPair(text: string, start: number, flat: (string | undefined)[], path: string): number {
  const header = text.charCodeAt(start - 1) !== SEMICOLON;
  const nameEnd = endOfPart(text, start, header, path);
  if (nameEnd === start) throw syntaxError(path, 'a parameter of the URI has no name');
  flat.push(text.slice(start, nameEnd));
  if (text.charCodeAt(nameEnd) !== EQUAL) {
    flat.push(undefined);
    return nameEnd;
  }
  const end = endOfValue(text, nameEnd + 1, header, path);
  flat.push(text.slice(nameEnd + 1, end));
  return end;
}

function endOfPart(text: string, start: number, header: boolean, path: string): number {
  let index = start;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x25) {
      if (!isEscaped(text, index, index + 3, 0)) throw syntaxError(path, 'an escape of the URI is malformed');
      index += 2;
    } else if (
      header
        ? code === AMPERSAND || !(isOf(code, URI_PARAMETER) || code === QUESTION_MARK)
        : !isOf(code, URI_PARAMETER)
    ) {
      break;
    }
  }
  return index;
}

/** A value may hold more equals signs: they separate nothing any more. */
function endOfValue(text: string, start: number, header: boolean, path: string): number {
  let end = endOfPart(text, start, header, path);
  while (text.charCodeAt(end) === EQUAL) end = endOfPart(text, end + 1, header, path);
  return end;
}
