import { spawn } from 'node:child_process';
import type { Clock, Timer } from '../base/clock.js';
import type { Duration } from '../base/duration.js';
import { SipsirenError, systemCodeOf } from '../base/errors.js';

/** Characters of what a program complains of that are kept. */
const LONGEST_COMPLAINT = 300;

export interface ProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Written to its standard input. */
  readonly input: Uint8Array | string;
  /** It is ended where it writes more. */
  readonly mostBytes: number;
  readonly patience: Duration;
  /** The package of Debian that has it. */
  readonly packageName: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a program writes, run without a shell. Throws PROGRAM_MISSING with the package to install, LIMIT_REACHED where it
 * writes too much, TIMEOUT, CANCELLED, and PROGRAM_FAILED with what it complained of.
 */
export function programOutput(options: ProgramOptions): Promise<Buffer> {
  const { program, args, input, mostBytes, patience, packageName, clock, signal } = options;
  return new Promise((resolve, reject) => {
    // Killed for certain, also where it hangs: it holds nothing that would be lost.
    const child = spawn(program, [...args], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let complaint = '';
    const end = (error: SipsirenError | undefined) => {
      timer.cancel();
      signal?.removeEventListener('abort', cancel);
      child.kill('SIGKILL');
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const cancel = () => {
      end(new SipsirenError('CANCELLED', `${program} was ended.`));
    };
    const timer: Timer = clock.startTimer(`program ${program}`, patience, () => {
      end(new SipsirenError('TIMEOUT', `${program} took longer than ${patience / 1_000} s and was ended.`));
    });
    signal?.addEventListener('abort', cancel, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        end(
          new SipsirenError('LIMIT_REACHED', `${program} wrote more than ${mostBytes} bytes and was ended.`),
        );
      } else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-LONGEST_COMPLAINT);
    });
    // A program that ends before it has read everything; its exit code says why.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      end(
        systemCodeOf(error) === 'ENOENT'
          ? new SipsirenError(
              'PROGRAM_MISSING',
              `The program ${program} is missing; on Debian it is in the package ${packageName}.`,
            )
          : new SipsirenError('PROGRAM_FAILED', `${program} cannot be run: ${error.message}`),
      );
    });
    child.once('close', (code) => {
      if (code === 0) return end(undefined);
      const why = complaint.trim().split('\n').at(-1) ?? '';
      end(new SipsirenError('PROGRAM_FAILED', `${program} failed${why === '' ? '.' : `: ${why}`}`));
    });
    child.stdin.end(input);
    if (signal?.aborted) cancel();
  });
}
