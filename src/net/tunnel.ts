import type { Socket } from 'node:net';
import { SipsirenError } from '../base/errors.js';
import { connectTo } from './connect.js';
import type { Say } from './conversation.js';
import { httpLogin, type HttpCredentials } from './http-login.js';
import { httpRound, statusWords, type HttpAnswer } from './http-round.js';

/** A proxy on the way (RFC 9110 section 7.6). */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Default: none. */
  readonly credentials?: HttpCredentials | undefined;
}

export interface TunnelOptions {
  readonly proxy: HttpProxy;
  /** Where it leads: `broker.example.com:1883`. */
  readonly target: string;
  /** How the proxy was answered before, where it asked who it is. */
  readonly login?: string | undefined;
  readonly signal: AbortSignal;
  readonly say: Say;
}

interface Tunnel {
  readonly socket: Socket;
  /** How the proxy was answered; the next tunnel to the same target can begin with it. */
  readonly login: string | undefined;
}

/**
 * A connection through a proxy (RFC 9110 section 9.3.6). A proxy that asks for credentials may close, so that the
 * answer goes over a new connection. Rejects with NETWORK_FAILED.
 */
export async function openTunnel(options: TunnelOptions): Promise<Tunnel> {
  const { proxy, target, login, signal, say } = options;
  const socket = await connectTo({ host: proxy.host, port: proxy.port, signal, say });
  try {
    say(`Asking the proxy for a tunnel to ${target}.`);
    const answer = await httpRound({
      socket,
      method: 'CONNECT',
      target,
      headers: { host: target, ...(login !== undefined && { 'proxy-authorization': login }) },
      signal,
      whom: `the proxy ${proxy.host}:${proxy.port}`,
    });
    say(`The proxy answers ${statusWords(answer)}.`);
    if (answer.status >= 200 && answer.status < 300) return { socket, login };
    // Some proxies answer a wrong password as a server would.
    if (answer.status !== 407 && answer.status !== 401) {
      throw new SipsirenError(
        'NETWORK_FAILED',
        `The proxy makes no tunnel: it answers ${statusWords(answer)}.`,
      );
    }
    const next = answerChallenge('proxy', answer, {
      credentials: proxy.credentials,
      tried: login,
      request: { method: 'CONNECT', target, body: Buffer.alloc(0) },
      say,
    });
    if (next === undefined) {
      const why = 'The proxy does not let the device through: check its user name and password.';
      throw new SipsirenError('NETWORK_FAILED', why);
    }
    socket.destroy();
    return await openTunnel({ ...options, login: next });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

interface ChallengeAnswer {
  readonly credentials: HttpCredentials | undefined;
  /** What was answered before, and not accepted. */
  readonly tried: string | undefined;
  readonly request: Parameters<typeof httpLogin>[3];
  readonly say: Say;
}

/** The answer to whoever asks who it is, where there is one that was not tried before. */
export function answerChallenge(
  who: 'server' | 'proxy',
  { headers }: HttpAnswer,
  { credentials, tried, request, say }: ChallengeAnswer,
): string | undefined {
  const whose = who === 'server' ? 'The server' : 'The proxy';
  if (tried !== undefined) {
    say(`${whose} does not accept the user name or the password.`);
    return undefined;
  }
  if (credentials === undefined) {
    say(`${whose} asks for a user name and a password, and there are none in the settings.`);
    return undefined;
  }
  const login = httpLogin(who, headers, credentials, request);
  if (login === undefined) {
    say(`${whose} asks for a way to log in that is neither Digest nor Basic.`);
    return undefined;
  }
  say(`${whose} asks who it is; answering by ${login.scheme} as ${credentials.user}.`);
  return login.header;
}
