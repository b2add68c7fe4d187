import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { SipsirenError } from '../base/errors.js';
import { certificateWords, distrustWords, TRUST_ADVICE } from './certificate-words.js';
import { abortError } from './connect.js';
import type { Say } from './conversation.js';
import { failureWords } from './failure-words.js';
import { tlsOptions, type TlsTrust } from './tls-trust.js';

export interface StartTlsOptions {
  /** Whom the certificate must name. */
  readonly host: string;
  readonly trust: TlsTrust;
  /** The application protocol to agree on (RFC 7301); a server that knows it not may refuse. Default: none. */
  readonly alpn?: string | undefined;
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** TLS over a connection. Rejects with NETWORK_FAILED; then the connection is closed. */
export function startTls(
  socket: Socket,
  { host, trust, alpn, signal, say }: StartTlsOptions,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...tlsOptions(trust),
      ...(alpn !== undefined && { ALPNProtocols: [alpn] }),
      // Checked below, so that a person is told whose certificate it was that is not trusted.
      rejectUnauthorized: false,
    });
    const refuse = (why: string, cause?: unknown) => {
      secure.destroy();
      reject(signal.aborted ? abortError(signal) : new SipsirenError('NETWORK_FAILED', why, { cause }));
    };
    const fail = (error: unknown) => refuse(`TLS with ${host} failed: ${failureWords(error)}.`, error);
    const cut = () => refuse(`TLS with ${host} failed: ${host} closed the connection.`);
    secure.once('error', fail);
    secure.once('close', cut);
    secure.once('secureConnect', () => {
      secure.off('error', fail);
      secure.off('close', cut);
      secure.on('error', () => undefined);
      say(`${secure.getProtocol() ?? 'TLS'} is agreed on. ${certificateWords(secure.getPeerCertificate())}`);
      if (secure.authorized) say('The certificate is trusted.');
      else if (trust.verify) return refuse(untrusted(host, secure.authorizationError));
      else
        say(
          `The certificate would not be trusted (${distrustWords(secure.authorizationError)}), but is not checked.`,
        );
      resolve(secure);
    });
  });
}

function untrusted(host: string, error: unknown): string {
  return `The certificate of ${host} is not trusted: ${distrustWords(error)}; ${TRUST_ADVICE}.`;
}
