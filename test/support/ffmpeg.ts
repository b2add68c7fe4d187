import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** An ffmpeg at work, whose end is awaited. */
export class Ffmpeg {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  #output = '';

  constructor(...args: string[]) {
    this.#child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-y', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#exit = once(this.#child, 'close');
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until it has done its work; throws with what it said where it failed. */
  async done(): Promise<void> {
    await this.#exit;
    if (this.#child.exitCode !== 0) throw new Error(`ffmpeg failed:\n${this.#output}`);
  }

  async close(): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
