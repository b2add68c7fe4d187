import { lookup } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { SipsirenError } from '../base/errors.js';
import type { Say } from './conversation.js';
import { failureWords } from './failure-words.js';

/** Where to, how long, and who listens. */
export interface ConnectOptions {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Ends the attempt, and the connection with it. */
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** A TCP connection. Rejects with NETWORK_FAILED, or with what the signal was aborted for. */
export function connectTo({ host, port, signal, say }: ConnectOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError(signal));
    say(`Connecting to ${host}, port ${port}.`);
    const socket = connect({ host, port, lookup: tellingLookup(host, say), autoSelectFamily: true });
    const abort = () => socket.destroy(abortError(signal));
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', abort);
      reject(signal.aborted ? abortError(signal) : unreachable(host, port, error));
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      // Whoever uses it listens for errors; between two of them none may end the process.
      socket.on('error', () => undefined);
      say(`Connected to ${socket.remoteAddress ?? host}, port ${port}.`);
      resolve(socket);
    });
  });
}

/** What an aborted signal was aborted for, as an error that tells. */
export function abortError(signal: AbortSignal): Error {
  const { reason } = signal as { reason: unknown };
  if (reason instanceof SipsirenError) return reason;
  return new SipsirenError('TIMEOUT', 'There was no answer in time.', { cause: reason });
}

function unreachable(host: string, port: number, cause: unknown): SipsirenError {
  return new SipsirenError(
    'NETWORK_FAILED',
    `${host}, port ${port}, cannot be reached: ${failureWords(cause)}.`,
    { cause },
  );
}

function tellingLookup(host: string, say: Say): LookupFunction {
  return (name, options, callback) => {
    lookup(name, options, (error, address, family) => {
      const found = Array.isArray(address) ? address.map((one) => one.address).join(', ') : address;
      if (!error && isIP(host) === 0) say(`The name ${host} stands for ${found}.`);
      callback(error, address, family);
    });
  };
}
