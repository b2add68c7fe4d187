import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

/** Debian's servers are in sbin, which is not in everybody's path. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** A server of Debian in the foreground, on loopback, in a folder of its own. */
export class ForeignServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  #process: ChildProcess | undefined;
  #said = '';

  constructor() {
    // Servers that are started by root work as somebody else.
    chmodSync(this.folder, 0o755);
  }

  /** Resolves when it listens. */
  async start(program: string, args: readonly string[], port: number): Promise<void> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH } });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.#said += chunk.toString()));
    }
    child.on('error', (error) => (this.#said += error.message));
    await until(`${program} to listen; it said: ${this.#said}`, () => {
      if (child.exitCode !== null) throw new Error(`${program} ended: ${this.#said}`);
      return listens(port);
    });
  }

  /** Ends it at once, with whoever it is talking to. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await ended;
    clearTimeout(late);
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
