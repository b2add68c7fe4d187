import type { Socket } from 'node:net';
import { SipsirenError } from '../base/errors.js';
import { connectTo } from './connect.js';
import { inSilence, type Say } from './conversation.js';
import { basicCredentials, type HttpCredentials } from './http-login.js';
import { httpRound, statusWords, type HttpAnswer } from './http-round.js';
import { startTls } from './start-tls.js';
import { USUAL_TRUST, type TlsTrust } from './tls-trust.js';
import { answerChallenge, openTunnel, type HttpProxy } from './tunnel.js';

export type { HttpAnswer } from './http-round.js';
export type { HttpProxy } from './tunnel.js';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** After this time it counts as unanswered, in milliseconds. Default: only `signal` ends it. */
  readonly patienceMs?: number;
  /** Ends it before. */
  readonly signal?: AbortSignal | undefined;
  /** For a server that asks for them, by Digest or Basic. Default: none. */
  readonly credentials?: HttpCredentials | undefined;
  /** On the way: HTTP goes through it as it is, HTTPS by CONNECT. Default: none. */
  readonly proxy?: HttpProxy | undefined;
  /** Whom to trust over HTTPS. Default: the usual authorities. */
  readonly trust?: TlsTrust | undefined;
  /** Told of each step. */
  readonly say?: Say | undefined;
}

/**
 * One request and its answer, on connections of its own, which leave nothing behind. A server or a proxy that asks for
 * credentials is given them, once. Rejects with NETWORK_FAILED where there is no answer, TIMEOUT where none came in time.
 */
export async function httpExchange(request: HttpRequest): Promise<HttpAnswer> {
  const { signal, patienceMs } = request;
  const end = new AbortController();
  const abort = () => {
    end.abort(signal?.reason);
  };
  // Not by AbortSignal.timeout and AbortSignal.any: what they make may be collected as garbage, and nobody is told then.
  const timer = patienceMs === undefined ? undefined : setTimeout(abort, patienceMs);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return await new HttpExchange(request, end.signal).run();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Who asked for credentials, and what they were answered. */
type Logins = { server?: string; proxy?: string };

class HttpExchange {
  readonly #request: HttpRequest;
  readonly #signal: AbortSignal;
  readonly #say: Say;
  readonly #body: Uint8Array | undefined;
  readonly #logins: Logins = {};
  /** Whether a request went out. */
  #hasSent = false;

  constructor(request: HttpRequest, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#say = request.say ?? inSilence;
    this.#body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  }

  async run(): Promise<HttpAnswer> {
    const answer = await this.#ask().catch((error: unknown) => {
      if (!this.#mayHaveLost407(error)) throw error;
      return undefined;
    });
    return answer === undefined || this.#answersLogin(answer) ? this.run() : answer;
  }

  async #ask(): Promise<HttpAnswer> {
    const { url, method, headers } = this.#request;
    const socket = await this.#open();
    try {
      this.#say(`Sending ${method} ${this.#target}.`);
      this.#hasSent = true;
      const answer = await httpRound({
        socket,
        method,
        target: this.#target,
        headers: {
          host: url.host,
          connection: 'close',
          ...headers,
          ...(this.#logins.server !== undefined && { authorization: this.#logins.server }),
          ...(this.#usesPlainProxy &&
            this.#logins.proxy !== undefined && { 'proxy-authorization': this.#logins.proxy }),
        },
        body: this.#body,
        signal: this.#signal,
        whom: url.host,
      });
      this.#say(`The answer is ${statusWords(answer)}.`);
      return answer;
    } finally {
      socket.destroy();
    }
  }

  /**
   * A proxy that does not wait for the body of a request that it answers by 407 may cut the connection so that the answer
   * is lost. Then it is told the password at once, the way that nearly every proxy takes it.
   */
  #mayHaveLost407(error: unknown): boolean {
    const credentials = this.#request.proxy?.credentials;
    if (!this.#hasSent || !this.#usesPlainProxy || !credentials || this.#logins.proxy !== undefined)
      return false;
    if (!(error instanceof SipsirenError) || error.code !== 'NETWORK_FAILED') return false;
    this.#say(`The proxy cut the connection; logging in there by Basic as ${credentials.user} at once.`);
    this.#logins.proxy = basicCredentials(credentials);
    return true;
  }

  get #isSecure(): boolean {
    return this.#request.url.protocol === 'https:';
  }

  get #usesPlainProxy(): boolean {
    return this.#request.proxy !== undefined && !this.#isSecure;
  }

  /** RFC 9112 section 3.2: a proxy is told the whole address. */
  get #target(): string {
    const { url } = this.#request;
    const path = `${url.pathname}${url.search}`;
    return this.#usesPlainProxy ? `${url.protocol}//${url.host}${path}` : path;
  }

  async #open(): Promise<Socket> {
    const { url, proxy, trust = USUAL_TRUST } = this.#request;
    const host = withoutBrackets(url.hostname);
    const port = url.port === '' ? (this.#isSecure ? 443 : 80) : Number(url.port);
    const ends = { signal: this.#signal, say: this.#say };
    if (!this.#isSecure) return connectTo(proxy ? { ...proxy, ...ends } : { host, port, ...ends });
    const socket = proxy
      ? await this.#tunnel(proxy, `${url.hostname}:${port}`)
      : await connectTo({ host, port, ...ends });
    return startTls(socket, { host, trust, ...ends });
  }

  async #tunnel(proxy: HttpProxy, target: string): Promise<Socket> {
    const ends = { signal: this.#signal, say: this.#say };
    const { socket, login } = await openTunnel({ proxy, target, login: this.#logins.proxy, ...ends });
    if (login !== undefined) this.#logins.proxy = login;
    return socket;
  }

  #answersLogin(answer: HttpAnswer): boolean {
    const { method, credentials, proxy } = this.#request;
    const challenged = { method, target: this.#target, body: this.#body ?? Buffer.alloc(0) };
    if (answer.status === 401) return this.#logIn('server', answer, credentials, challenged);
    if (answer.status === 407 && this.#usesPlainProxy) {
      return this.#logIn('proxy', answer, proxy?.credentials, challenged);
    }
    return false;
  }

  /** Whether there is something to answer that was not tried before. */
  #logIn(
    who: 'server' | 'proxy',
    answer: HttpAnswer,
    credentials: HttpCredentials | undefined,
    request: { readonly method: string; readonly target: string; readonly body: Uint8Array },
  ): boolean {
    const tried = this.#logins[who];
    const login = answerChallenge(who, answer, { credentials, tried, request, say: this.#say });
    if (login !== undefined) this.#logins[who] = login;
    return login !== undefined;
  }
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
