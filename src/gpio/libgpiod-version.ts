import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf, SipsirenError, systemCodeOf } from '../base/errors.js';

const PATIENCE_MS = 3_000;

/** The main version of libgpiod's tools, whose flags differ. Throws OUTPUT_FAILED where they are missing. */
export async function libgpiodVersion(program: 'gpioset' | 'gpiomon'): Promise<1 | 2> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], {
      timeout: PATIENCE_MS,
      env: { ...process.env, LC_ALL: 'C' },
    });
    return /(\d+)\.\d+/.exec(stdout)?.[1] === '1' ? 1 : 2;
  } catch (error) {
    const text =
      systemCodeOf(error) === 'ENOENT'
        ? `The program ${program} is missing; on Debian it is in the package gpiod.`
        : `${program} cannot be run: ${messageOf(error)}`;
    throw new SipsirenError('OUTPUT_FAILED', text, { cause: error });
  }
}
