import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

const MODULES = '/usr/lib/apache2/modules';
/** Debian's servers are in sbin, which is not in everybody's path. */
const ENVIRONMENT = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
const REALM = 'siren';

export interface ApacheOptions {
  /** The port on loopback that it stands in front of. */
  readonly upstream: number;
  readonly user: string;
  readonly password: string;
  readonly scheme?: 'Digest' | 'Basic';
}

/** A real Apache in front of a server on loopback, which asks everybody for a password. */
export class Apache {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'apache-'));
  #process: ChildProcess | undefined;
  #log = '';

  private constructor(port: number) {
    this.port = port;
  }

  static async start(options: ApacheOptions): Promise<Apache> {
    const apache = new Apache(await freePort());
    apache.#writeConfiguration(options);
    await apache.restart();
    return apache;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it; the nonces that it gave before are worth nothing any more. */
  async restart(): Promise<void> {
    // One process: killed, nothing of it is left.
    const child = spawn('apache2', ['-X', '-f', join(this.#folder, 'apache.conf')], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
    this.#process = child;
    await until('Apache to answer', async () => {
      if (child.exitCode !== null) throw new Error(`Apache ended:\n${this.#said}`);
      return fetch(this.address).then(
        ({ status }) => status === 401,
        () => false,
      );
    });
  }

  get #said(): string {
    const file = join(this.#folder, 'errors');
    return `${this.#log}${existsSync(file) ? readFileSync(file, 'utf8') : ''}`;
  }

  /** Kills it as a power failure does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #writeConfiguration({ upstream, user, password, scheme = 'Digest' }: ApacheOptions): void {
    const hash = createHash('md5').update(`${user}:${REALM}:${password}`).digest('hex');
    const sha = createHash('sha1').update(password).digest('base64');
    const passwords = join(this.#folder, 'passwords');
    const line = scheme === 'Digest' ? `${user}:${REALM}:${hash}` : `${user}:{SHA}${sha}`;
    writeFileSync(passwords, `${line}\n`, { mode: 0o644 });
    const modules = ['mpm_prefork', 'authn_core', 'authn_file', 'auth_digest', 'auth_basic', 'authz_core'];
    const lines = [
      ...[...modules, 'authz_user', 'proxy', 'proxy_http'].map(
        (name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`,
      ),
      `ServerRoot ${this.#folder}`,
      `PidFile ${join(this.#folder, 'pid')}`,
      `DefaultRuntimeDir ${this.#folder}`,
      'ServerName 127.0.0.1',
      // One process serves one connection at a time.
      'KeepAlive Off',
      `Listen 127.0.0.1:${this.port}`,
      `ErrorLog ${join(this.#folder, 'errors')}`,
      // The device answers only to its own names.
      `ProxyPass / http://127.0.0.1:${upstream}/`,
      '<Location />',
      `AuthType ${scheme}`,
      `AuthName ${REALM}`,
      scheme === 'Digest' ? 'AuthDigestProvider file' : 'AuthBasicProvider file',
      `AuthUserFile ${passwords}`,
      'Require valid-user',
      '</Location>',
    ];
    writeFileSync(join(this.#folder, 'apache.conf'), `${lines.join('\n')}\n`);
  }
}
