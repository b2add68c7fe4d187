import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

export interface TinyproxyOptions {
  /** Who may come through, by Basic. */
  readonly user: string;
  readonly password: string;
  /** The ports that CONNECT may lead to. */
  readonly ports: readonly number[];
}

/** A real Tinyproxy on loopback, in a folder of its own. */
export class Tinyproxy {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tinyproxy-'));
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start({ user, password, ports }: TinyproxyOptions): Promise<Tinyproxy> {
    const proxy = new Tinyproxy(await freePort());
    const file = join(proxy.#folder, 'tinyproxy.conf');
    const lines = [
      ...[`Port ${proxy.port}`, 'Listen 127.0.0.1', 'Timeout 60', 'LogLevel Info'],
      ...[`LogFile "${proxy.#logFile}"`, `BasicAuth ${user} ${password}`],
      ...ports.map((port) => `ConnectPort ${port}`),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    proxy.#process = spawn('tinyproxy', ['-d', '-c', file], { stdio: 'ignore' });
    await until('Tinyproxy to start', () => proxy.log.includes('Accepting connections'));
    return proxy;
  }

  /** What it wrote so far. */
  get log(): string {
    try {
      return readFileSync(this.#logFile, 'utf8');
    } catch {
      return '';
    }
  }

  get #logFile(): string {
    return join(this.#folder, 'log');
  }

  async close(): Promise<void> {
    if (this.#process && this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
