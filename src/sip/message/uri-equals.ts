import type { OpaqueUri } from './opaque-uri.js';
import type { Parameters } from './parameters.js';
import { isHexDigit, isOf, URI_PARAMETER } from './characters.js';
import type { SipUri } from './sip-uri.js';
import type { Uri } from './uri.js';

/** Those that tell two URIs apart even when only one has them. */
const DECISIVE = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** Visual separators of telephone numbers (RFC 3966 section 3). */
const SEPARATORS = /[-.()]/g;

/**
 * Whether two URIs mean the same (RFC 3261 section 19.1.4). Not transitive: a parameter that only one of them
 * has is no difference, unless it is user, ttl, method, maddr or transport.
 */
export function uriEquals(one: Uri, other: Uri): boolean {
  if (one === other) return true;
  if (one.kind === 'opaque') return other.kind === 'opaque' && opaqueEquals(one, other);
  return other.kind === 'sip' && sipEquals(one, other);
}

function sipEquals(one: SipUri, other: SipUri): boolean {
  return (
    one.scheme === other.scheme &&
    one.host === other.host &&
    one.port === other.port &&
    sameText(one.user, other.user) &&
    sameText(one.password, other.password) &&
    parametersEqual(one.parameters, other.parameters) &&
    headersEqual(one.headers, other.headers)
  );
}

function opaqueEquals(one: OpaqueUri, other: OpaqueUri): boolean {
  if (one.scheme !== other.scheme) return false;
  if (one.scheme !== 'tel') return one.rest === other.rest;
  return telephoneOf(one.rest) === telephoneOf(other.rest);
}

function telephoneOf(rest: string): string {
  const [number = '', ...parameters] = rest.toLowerCase().split(';');
  return [number.replace(SEPARATORS, ''), ...parameters.sort()].join(';');
}

function parametersEqual(one: Parameters, other: Parameters): boolean {
  if (one.size === 0 && other.size === 0) return true;
  for (const name of DECISIVE) {
    if (one.has(name) !== other.has(name)) return false;
  }
  for (const [name, value] of one.rawEntries()) {
    if (other.has(name) && !sameCaselessText(value, other.raw(name))) return false;
  }
  return true;
}

/** Every header must be in both; the order does not count. */
function headersEqual(one: Parameters, other: Parameters): boolean {
  if (one.size !== other.size) return false;
  for (const [name, value] of one.rawEntries()) {
    if (!other.has(name) || !sameText(value, other.raw(name))) return false;
  }
  return true;
}

function sameCaselessText(one: string | undefined, other: string | undefined): boolean {
  return sameText(one?.toLowerCase(), other?.toLowerCase());
}

/** Whether two texts are equal once escapes that need not be there are taken off. */
function sameText(one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  return one !== undefined && other !== undefined && normalEscapes(one) === normalEscapes(other);
}

/** Escapes of unreserved characters become the characters, the others get upper-case digits. */
function normalEscapes(text: string): string {
  if (!text.includes('%')) return text;
  let normal = '';
  for (let index = 0; index < text.length; index += 1) {
    const escape = escapeAt(text, index);
    normal += escape === undefined ? (text[index] ?? '') : normalEscape(escape);
    if (escape !== undefined) index += 2;
  }
  return normal;
}

function escapeAt(text: string, index: number): string | undefined {
  const isEscape =
    text[index] === '%' && isHexDigit(text.charCodeAt(index + 1)) && isHexDigit(text.charCodeAt(index + 2));
  return isEscape ? text.slice(index + 1, index + 3) : undefined;
}

/** Reserved characters, escaped or not, differ (sections 19.1.4 and 25.1). */
const RESERVED = ';/?:@&=+$,[]';

function normalEscape(digits: string): string {
  const code = parseInt(digits, 16);
  const character = String.fromCharCode(code);
  const isUnreserved = isOf(code, URI_PARAMETER) && !RESERVED.includes(character);
  return isUnreserved ? character : `%${digits.toUpperCase()}`;
}
