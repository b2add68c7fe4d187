import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { SipsirenError } from '../base/errors.js';
import { abortError } from './connect.js';
import { failureWords } from './failure-words.js';

export interface HttpAnswer {
  readonly status: number;
  /** What the server says to it: `Not Found`. */
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface HttpRound {
  readonly socket: Socket;
  readonly method: string;
  /** The first line's: a path, an address for a proxy, or host and port for CONNECT. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** Who is asked, for messages. */
  readonly whom: string;
}

/** A lamp or a script has little to say; more is not read. */
const LONGEST_ANSWER = 256 * 1_024;
/** Answers before the answer (RFC 9110 section 15.2): more are no use to anybody, and cost time that calls need. */
const MOST_PROVISIONAL = 8;

/**
 * One request and its answer on a connection that stands; of CONNECT the answer alone, after which the connection is
 * the caller's. Rejects with NETWORK_FAILED.
 */
export function httpRound(round: HttpRound): Promise<HttpAnswer> {
  const { socket, method, target, headers, body, signal, whom } = round;
  let provisional = 0;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      request.destroy();
      reject(
        signal.aborted
          ? abortError(signal)
          : new SipsirenError('NETWORK_FAILED', `${whom} cannot be reached: ${failureWords(error)}.`, {
              cause: error,
            }),
      );
    };
    const request = httpRequest({
      // Without an agent: with one, Node would connect anew.
      createConnection: () => socket,
      method,
      path: target,
      headers: { ...headers, ...(body && { 'content-length': String(body.byteLength) }) },
      setHost: false,
    });
    request.on('error', fail);
    request.on('information', () => {
      if (++provisional > MOST_PROVISIONAL) fail(new Error('it answers provisionally without end'));
    });
    // It was not asked for another protocol; Node would cut the connection without a word.
    request.on('upgrade', () => {
      fail(new Error('it changes the protocol'));
    });
    request.on('connect', (response, connection, head) => {
      // A proxy that refuses closes; what it says beyond the status is left alone.
      if (head.length > 0) connection.unshift(head);
      resolve({ ...statusOf(response), headers: response.headers, body: '' });
    });
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => {
        length += part.length;
        if (length <= LONGEST_ANSWER) parts.push(part);
        else response.destroy(new Error('its answer is too long'));
      });
      response.on('error', fail);
      // It comes last, and finds everything settled; whatever else happens, nobody waits for ever.
      response.on('close', () => {
        fail(new Error('it closed the connection before it had answered'));
      });
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ ...statusOf(response), headers: response.headers, body: text });
      });
    });
    request.end(body);
  });
}

function statusOf(response: { statusCode?: number | undefined; statusMessage?: string | undefined }) {
  return { status: response.statusCode ?? 0, reason: response.statusMessage ?? '' };
}

/** `404 Not Found`. */
export function statusWords({ status, reason }: HttpAnswer): string {
  return reason === '' ? String(status) : `${status} ${reason}`;
}
