import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { CryptoSuite } from '../../src/media/srtp/crypto-suite.js';
import type { MasterKey } from '../../src/media/srtp/master-key.js';

type Task = 'protect' | 'unprotect' | 'protect_rtcp' | 'unprotect_rtcp';

/** The distribution's own Python: its libraries are for no other. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = join(process.cwd(), 'test/interop/libsrtp/peer.py');

/** A foreign end of SRTP: libsrtp, as Debian's Python brings it. */
export class Libsrtp {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #end: Promise<[string]>;
  #complaints = '';

  constructor({ name }: CryptoSuite, { key, salt }: MasterKey) {
    this.#child = spawn(PYTHON, [PROGRAM, name, Buffer.concat([key, salt]).toString('hex')]);
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#complaints += chunk.toString()));
    this.#lines = createInterface(this.#child.stdout);
    this.#end = once(this.#lines, 'close').then(() => [`refused: ${this.#complaints}`]);
  }

  /** What it makes of a packet; throws in its words where it refuses it. */
  async do(task: Task, packet: Buffer): Promise<Buffer> {
    const answer = once(this.#lines, 'line') as Promise<[string]>;
    this.#child.stdin.write(`${task} ${packet.toString('hex')}\n`);
    const [line] = await Promise.race([answer, this.#end]);
    if (line.startsWith('refused')) throw new Error(line);
    return Buffer.from(line, 'hex');
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exit;
  }
}
