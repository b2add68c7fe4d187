import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { AwaitedList } from './awaited-list.js';
import { testCertificate } from './certificates.js';

const PASSWORD = 'smtp-secret-1';

interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

/** A real mail server on loopback, which offers STARTTLS and asks for a login. */
export class MailServer {
  readonly password = PASSWORD;
  readonly port: number;
  readonly #server: SMTPServer;

  private constructor(server: SMTPServer) {
    this.#server = server;
    this.port = (server.server.address() as AddressInfo).port;
  }

  /** What it takes goes to `mails`. */
  static async start(
    mails = new AwaitedList<ReceivedMail>(),
    options: SMTPServerOptions = {},
  ): Promise<MailServer> {
    const own = await testCertificate({ commonName: 'mail', ip: ['127.0.0.1'] });
    const server = new SMTPServer({
      key: own.privateKey,
      cert: own.certificate,
      authOptional: false,
      authMethods: ['PLAIN', 'LOGIN'],
      onAuth: ({ username, password }, _session, callback) => {
        const isKnown = username === 'guard' && password === PASSWORD;
        callback(
          isKnown ? null : new Error('Invalid username or password'),
          isKnown ? { user: username } : undefined,
        );
      },
      onData: (stream, { envelope }, callback) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = envelope;
          mails.add({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(parts).toString(),
          });
          callback();
        });
      },
      ...options,
    });
    server.on('error', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return new MailServer(server);
  }

  /** For a recipient of kind `email`. */
  settings(wishes: object = {}): Record<string, unknown> {
    return {
      server: '127.0.0.1',
      port: this.port,
      to: 'one@example.com, two@example.com',
      cc: ['boss@example.com'],
      from: 'siren@example.com',
      user: 'guard',
      password: PASSWORD,
      ...wishes,
    };
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
