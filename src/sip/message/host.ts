import { isIPv6 } from 'node:net';
import { HOST, isDigit, spanOf } from './characters.js';
import { syntaxError } from './syntax-error.js';

const OPEN_BRACKET = 0x5b;

/** The index behind the host (a name, an IPv4 address or an IPv6 reference) that begins at `start`. */
export function endOfHost(text: string, start: number, path: string): number {
  if (text.charCodeAt(start) !== OPEN_BRACKET) {
    const end = spanOf(text, start, text.length, HOST);
    const first = text.charCodeAt(start);
    // A name begins with a letter or digit (section 25.1, domainlabel).
    if (end === start || first === 0x2d || first === 0x2e) throw syntaxError(path, 'the host is missing');
    return end;
  }
  const close = text.indexOf(']', start);
  if (close < 0 || !isIPv6(text.slice(start + 1, close))) {
    throw syntaxError(path, 'the IPv6 address in brackets is malformed');
  }
  return close + 1;
}

/** The host in lower case; an IPv6 address without its brackets. */
export function hostOf(text: string, start: number, end: number): string {
  const bracketed = text.charCodeAt(start) === OPEN_BRACKET;
  return (bracketed ? text.slice(start + 1, end - 1) : text.slice(start, end)).toLowerCase();
}

/** The host as it is written in URIs and in Via: an IPv6 address in brackets. */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The index behind the digits that begin at `start`. */
export function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** The port that stands between the indices, 1 to 65535. */
export function portOf(text: string, start: number, end: number, path: string): number {
  let port = 0;
  for (let index = start; index < end && port <= 65_535; index += 1) {
    port = port * 10 + text.charCodeAt(index) - 0x30;
  }
  if (port < 1 || port > 65_535) throw syntaxError(path, 'the port is not a number from 1 to 65535');
  return port;
}
