import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf, SipsirenError, systemCodeOf } from '../../../base/errors.js';
import type { OutputChoice } from '../../output-kind.js';

const PATIENCE_MS = 3_000;
const LONGEST_LIST = 1 << 20;

/** The sound devices that ALSA knows here. Throws OUTPUT_FAILED where aplay is missing or does not answer. */
export async function soundCards(): Promise<OutputChoice[]> {
  try {
    const { stdout } = await promisify(execFile)('aplay', ['-L'], {
      timeout: PATIENCE_MS,
      maxBuffer: LONGEST_LIST,
      env: { ...process.env, LC_ALL: 'C' },
    });
    return readList(stdout);
  } catch (error) {
    const text =
      systemCodeOf(error) === 'ENOENT'
        ? 'The program aplay is missing; on Debian it is in the package alsa-utils.'
        : `aplay does not list the sound cards: ${messageOf(error)}`;
    throw new SipsirenError('OUTPUT_FAILED', text, { cause: error });
  }
}

/** Each name stands at the beginning of a line, what it is indented below it. */
function readList(text: string): OutputChoice[] {
  const devices: { value: string; text: string }[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const last = devices.at(-1);
    if (!/^\s/.test(line)) devices.push({ value: line.trim(), text: '' });
    else if (last) last.text = `${last.text}${last.text === '' ? '' : ', '}${line.trim()}`;
  }
  return devices;
}
