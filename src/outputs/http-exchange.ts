import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { messageOf, SipsirenError } from '../base/errors.js';

/** A lamp has little to say; more is not read. */
const LONGEST_ANSWER = 256 * 1_024;

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** After this time it counts as unanswered, in milliseconds. */
  readonly patienceMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/**
 * One request and its answer, on a connection of its own, which leaves nothing behind. Rejects with OUTPUT_FAILED
 * where there is no answer.
 */
export function httpExchange({ url, method, headers, body, patienceMs }: HttpRequest): Promise<HttpAnswer> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(
        new SipsirenError('OUTPUT_FAILED', `${url.host} cannot be reached: ${messageOf(error)}.`, {
          cause: error,
        }),
      );
    };
    const request = send(
      url,
      {
        method,
        agent: false,
        headers: {
          ...headers,
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        },
        signal: AbortSignal.timeout(patienceMs),
      },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length <= LONGEST_ANSWER) parts.push(part);
          else response.destroy(new Error('its answer is too long'));
        });
        response.on('error', fail);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      },
    );
    request.on('error', fail);
    request.end(body);
  });
}
