import {
  HeaderList,
  isSipUri,
  Parameters,
  SipRequest,
  SipUri,
  uriEquals,
  type SipResponse,
  type Uri,
} from '../message/index.js';

/** Contacts of one 3xx that are looked at; whoever sends more means no good. */
const MOST_CONTACTS = 16;

/** Those that say where else to go; 305 and 380 say something else, and are final (RFC 3261 section 21.3). */
const REDIRECTING: ReadonlySet<number> = new Set([300, 301, 302]);

/** Where a call goes that is redirected (RFC 3261 section 8.1.3.4): by q, each address once, and not for ever. */
export class Redirections {
  readonly #isSecure: boolean;
  readonly #tried: Uri[];
  #waiting: { readonly uri: SipUri; readonly q: number }[] = [];
  #left: number;

  constructor(first: Uri, most: number) {
    this.#isSecure = first.scheme === 'sips';
    this.#tried = [first];
    this.#left = most;
  }

  /** Takes the contacts of a response, where it is one that redirects. */
  note(response: SipResponse): void {
    if (!REDIRECTING.has(response.status) || this.#left <= 0) return;
    for (const { uri, parameters } of response.contacts.slice(0, MOST_CONTACTS)) {
      // SIPS promised TLS on every hop; a contact without would break the promise silently (RFC 5630 section 5.1.1).
      if (!isSipUri(uri) || (this.#isSecure && uri.scheme !== 'sips')) continue;
      this.#waiting.push({ uri, q: qualityOf(parameters.get('q')) });
    }
    // A stable order: of equals, the one that came first goes first.
    this.#waiting.sort((one, other) => other.q - one.q);
  }

  /** The next address to try; undefined where none is left. */
  next(): SipUri | undefined {
    for (let next = this.#waiting.shift(); next && this.#left > 0; next = this.#waiting.shift()) {
      const { uri } = next;
      if (this.#tried.some((tried) => uriEquals(tried, uri))) continue;
      this.#tried.push(uri);
      this.#left -= 1;
      return uri;
    }
    return undefined;
  }
}

/**
 * The INVITE to another address: same Call-ID, tags and route, the next CSeq number. Credentials were meant for
 * whom it went to before; the headers of the contact's URI are the redirector's wishes, which nobody checked.
 */
export function redirectedRequest(request: SipRequest, uri: SipUri, sequence: number): SipRequest {
  const headers = new HeaderList();
  request.headers.forEach((name, value) => {
    if (!LEFT_OUT.has(name)) headers.append(name, value);
  });
  headers.append('CSeq', `${sequence} ${request.method}`);
  return new SipRequest({ method: request.method, uri: withoutHeaders(uri), headers, body: request.body });
}

const LEFT_OUT: ReadonlySet<string> = new Set([
  'Via',
  'CSeq',
  'Contact',
  'Authorization',
  'Proxy-Authorization',
]);

function withoutHeaders(uri: SipUri): SipUri {
  const { scheme, user, password, host, port, parameters } = uri;
  return new SipUri(scheme, user, password, host, port, parameters.without('method'), Parameters.none);
}

/** 0 to 1; without q it is 1 (section 20.10). */
function qualityOf(text: string | undefined): number {
  const q = text === undefined ? 1 : Number(text);
  return q >= 0 && q <= 1 ? q : 0;
}
