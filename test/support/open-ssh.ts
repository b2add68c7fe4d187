import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ForeignServer } from './foreign-server.js';
import { freePort } from './free-port.js';

const KINDS = ['rsa', 'ecdsa', 'ed25519'] as const;
export type HostKeyKind = (typeof KINDS)[number];

/** A real OpenSSH server on loopback, which whoever runs the test may log in to with a key of the test's own. */
export class OpenSsh {
  readonly port: number;
  readonly #server = new ForeignServer();

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<OpenSsh> {
    const ssh = new OpenSsh(await freePort());
    const { folder } = ssh.#server;
    // The server leaves a key alone that others may read, and a list of keys in a folder that others may write to.
    for (const kind of [...KINDS, 'user']) {
      const type = kind === 'user' ? 'ed25519' : kind;
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', kind, '-f', join(folder, kind)]);
    }
    writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')), { mode: 0o600 });
    mkdirSync(join(folder, 'in'));
    chmodSync(folder, 0o755);
    const lines = [
      `ListenAddress 127.0.0.1:${ssh.port}`,
      ...KINDS.map((kind) => `HostKey ${join(folder, kind)}`),
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PasswordAuthentication no',
      'PermitRootLogin yes',
      'MaxStartups 200',
      'Subsystem sftp internal-sftp',
    ];
    writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
    await ssh.restart();
    return ssh;
  }

  /** Starts it again after `stop`. */
  async restart(): Promise<void> {
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    const program = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path)) ?? 'sshd';
    await this.#server.start(
      program,
      ['-D', '-e', '-f', join(this.#server.folder, 'sshd_config')],
      this.port,
    );
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** As OpenSSH prints it. */
  fingerprint(kind: HostKeyKind, hash: 'sha256' | 'md5'): string {
    const file = join(this.#server.folder, `${kind}.pub`);
    return execFileSync('ssh-keygen', ['-l', '-E', hash, '-f', file]).toString().split(' ')[1] ?? '';
  }

  /** For a recipient of kind `sftp`. */
  settings(wishes: object = {}): Record<string, unknown> {
    return {
      host: '127.0.0.1',
      port: this.port,
      folder: join(this.#server.folder, 'in'),
      user: userInfo().username,
      privateKey: readFileSync(join(this.#server.folder, 'user'), 'utf8'),
      hostKeySha256: this.fingerprint('rsa', 'sha256'),
      ...wishes,
    };
  }

  /** The names of the files that were stored. */
  get files(): string[] {
    return readdirSync(join(this.#server.folder, 'in')).sort();
  }

  read(name: string): Buffer {
    return readFileSync(join(this.#server.folder, 'in', name));
  }
}
