import type { Socket } from 'node:net';
import { SipsirenError } from '../base/errors.js';
import { connectTo } from './connect.js';
import { inSilence, type Say } from './conversation.js';
import { httpLogin, type HttpCredentials } from './http-login.js';
import { httpRound, type HttpAnswer } from './http-round.js';
import { startTls } from './start-tls.js';
import { USUAL_TRUST, type TlsTrust } from './tls-trust.js';

export type { HttpAnswer } from './http-round.js';

/** A proxy on the way (RFC 9110 section 7.6): HTTP goes through it as it is, HTTPS by CONNECT. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Default: none. */
  readonly credentials?: HttpCredentials | undefined;
}

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
  const ends = [
    ...(request.signal ? [request.signal] : []),
    ...(request.patienceMs === undefined ? [] : [AbortSignal.timeout(request.patienceMs)]),
  ];
  return new HttpExchange(request, AbortSignal.any(ends)).run();
}

/** Who asked for credentials, and what they were answered. */
type Logins = { server?: string; proxy?: string };

class HttpExchange {
  readonly #request: HttpRequest;
  readonly #signal: AbortSignal;
  readonly #say: Say;
  readonly #body: Uint8Array | undefined;
  readonly #logins: Logins = {};

  constructor(request: HttpRequest, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#say = request.say ?? inSilence;
    this.#body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  }

  async run(): Promise<HttpAnswer> {
    const answer = await this.#ask();
    return this.#answersLogin(answer) ? this.run() : answer;
  }

  async #ask(): Promise<HttpAnswer> {
    const { url, method, headers } = this.#request;
    const socket = await this.#open();
    try {
      this.#say(`Sending ${method} ${this.#target}.`);
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
    const socket = await connectTo({
      ...(proxy ? { host: proxy.host, port: proxy.port } : { host, port }),
      ...ends,
    });
    if (!this.#isSecure) return socket;
    const through = proxy ? await this.#tunnel(socket, proxy, `${url.hostname}:${port}`) : socket;
    return startTls(through, { host, trust, ...ends });
  }

  /** RFC 9110 section 9.3.6. A proxy that asks for credentials may close; the next attempt takes a new connection. */
  async #tunnel(socket: Socket, proxy: HttpProxy, target: string): Promise<Socket> {
    this.#say(`Asking the proxy for a tunnel to ${target}.`);
    const login = this.#logins.proxy;
    try {
      const answer = await httpRound({
        socket,
        method: 'CONNECT',
        target,
        headers: { host: target, ...(login !== undefined && { 'proxy-authorization': login }) },
        signal: this.#signal,
        whom: `the proxy ${proxy.host}:${proxy.port}`,
      });
      this.#say(`The proxy answers ${statusWords(answer)}.`);
      if (answer.status >= 200 && answer.status < 300) return socket;
      const target407 = { method: 'CONNECT', target, body: Buffer.alloc(0) };
      if (answer.status === 407 && this.#logIn('proxy', answer, proxy.credentials, target407)) {
        socket.destroy();
        const { host, port } = proxy;
        const next = await connectTo({ host, port, signal: this.#signal, say: this.#say });
        return await this.#tunnel(next, proxy, target);
      }
      throw new SipsirenError('NETWORK_FAILED', refusedByProxy(answer));
    } catch (error) {
      socket.destroy();
      throw error;
    }
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
    { headers }: HttpAnswer,
    credentials: HttpCredentials | undefined,
    request: Parameters<typeof httpLogin>[3],
  ): boolean {
    const whose = who === 'server' ? 'The server' : 'The proxy';
    if (this.#logins[who] !== undefined) {
      this.#say(`${whose} does not accept the user name or the password.`);
      return false;
    }
    if (credentials === undefined) {
      this.#say(`${whose} asks for a user name and a password, and there are none in the settings.`);
      return false;
    }
    const login = httpLogin(who, headers, credentials, request);
    if (login === undefined) {
      this.#say(`${whose} asks for a way to log in that is neither Digest nor Basic.`);
      return false;
    }
    this.#say(`${whose} asks who it is; answering by ${login.scheme} as ${credentials.user}.`);
    this.#logins[who] = login.header;
    return true;
  }
}

function statusWords({ status, reason }: HttpAnswer): string {
  return reason === '' ? String(status) : `${status} ${reason}`;
}

function refusedByProxy(answer: HttpAnswer): string {
  return answer.status === 407
    ? 'The proxy does not let the device through: check its user name and password.'
    : `The proxy makes no tunnel: it answers ${statusWords(answer)}.`;
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
