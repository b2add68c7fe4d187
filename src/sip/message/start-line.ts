import { isDigit, isOf, spanOf, TOKEN } from './characters.js';
import { syntaxError } from './syntax-error.js';
import { parseUri, type Uri } from './uri.js';

const SPACE = 0x20;

/** The first line of a message as text; what it means is checked by `readRequestUri`. */
export type StartLine =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly uri: string;
      /** As written; a message of SIP ends in `SIP/2.0`. */
      readonly version: string;
    }
  | {
      readonly kind: 'response';
      readonly version: string;
      readonly status: number;
      readonly reason: string;
    };

/** Reads the first line (RFC 3261 sections 7.1 and 7.2), or gives nothing where it is no line of SIP at all. */
export function readStartLine(line: string): StartLine | undefined {
  if (hasSipVersion(line, 0)) return readStatusLine(line);
  const methodEnd = spanOf(line, 0, line.length, TOKEN);
  if (methodEnd === 0 || line.charCodeAt(methodEnd) !== SPACE) return undefined;
  // White space behind the version is an error, but the line is still one of SIP.
  const end = line.trimEnd().length;
  const versionStart = line.lastIndexOf(' ', end - 1) + 1;
  if (versionStart <= methodEnd || !hasSipVersion(line, versionStart)) return undefined;
  return {
    kind: 'request',
    method: line.slice(0, methodEnd),
    uri: line.slice(methodEnd + 1, versionStart - 1),
    version: line.slice(versionStart),
  };
}

/** Whether the version is the only one there is, in any case (section 7.1). */
export function isSipTwo(version: string): boolean {
  return version === 'SIP/2.0' || version.toUpperCase() === 'SIP/2.0';
}

/** The URI of a request line. Errors: SIP_SYNTAX for Request-URI. */
export function readRequestUri(text: string): Uri {
  const uri = parseUri(text, 'Request-URI');
  if (uri.kind === 'sip' && uri.headers.size > 0) {
    throw syntaxError('Request-URI', 'headers must not stand in it');
  }
  return uri;
}

function readStatusLine(line: string): StartLine | undefined {
  const space = line.indexOf(' ');
  const codeEnd = space + 4;
  for (let index = space + 1; index < codeEnd; index += 1) {
    if (!isDigit(line.charCodeAt(index))) return undefined;
  }
  const status = Number(line.slice(space + 1, codeEnd));
  // The space before an empty phrase is left out by some.
  const ends = codeEnd === line.length || line.charCodeAt(codeEnd) === SPACE;
  if (line.includes('\n') || line.includes('\r')) return undefined;
  if (space < 0 || !ends || status < 100 || status > 699) return undefined;
  return { kind: 'response', version: line.slice(0, space), status, reason: line.slice(codeEnd + 1) };
}

/** `SIP/` and something: whether this is SIP of any version. */
function hasSipVersion(line: string, start: number): boolean {
  return (
    (line.charCodeAt(start) | 0x20) === 0x73 &&
    (line.charCodeAt(start + 1) | 0x20) === 0x69 &&
    (line.charCodeAt(start + 2) | 0x20) === 0x70 &&
    line.charCodeAt(start + 3) === 0x2f &&
    isOf(line.charCodeAt(start + 4), TOKEN)
  );
}
