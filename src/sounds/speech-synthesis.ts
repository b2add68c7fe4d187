import type { Clock } from '../base/clock.js';
import { seconds, type Duration } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import { readWav } from '../media/wav-recording.js';
import { keptRecording } from './kept-recording.js';
import { programOutput } from './program-output.js';
import type { SpokenText } from './spoken-text.js';

const PROGRAM = 'espeak-ng';
const PATIENCE = seconds(30);
/** Five hundred characters at the slowest speed are two minutes and a half: 7 MB. */
const MOST_BYTES = 20_000_000;
const MOST_LIST_BYTES = 1_000_000;

/** A voice of espeak-ng. */
export interface Voice {
  /** What a profile names. */
  readonly voice: string;
  /** For a person: `English_(Great_Britain)`. */
  readonly name: string;
}

/** What the device can speak with. */
export interface SpeechFacts {
  readonly available: boolean;
  /** Why not, and what to do. */
  readonly problem?: string;
  readonly voices: readonly Voice[];
}

interface SynthesisOptions {
  readonly clock: Clock;
  /** How long it may take. Default 30 s. */
  readonly patience?: Duration | undefined;
  readonly signal?: AbortSignal;
}

/** Speaks a text: 48 kHz, as loud as the sounds of the siren. Throws INVALID_VALUE, and what `programOutput` does. */
export async function synthesise(
  { text, voice, speed }: SpokenText,
  options: SynthesisOptions,
): Promise<Int16Array> {
  const wav = await run(['--stdin', '--stdout', '-b', '1', '-v', voice, '-s', `${speed}`], `${text}\n`, {
    ...options,
    mostBytes: MOST_BYTES,
  });
  try {
    return await keptRecording(await readWav(wav), { isLoop: false });
  } catch (cause) {
    throw new SipsirenError('INVALID_VALUE', `There is nothing to be said in "${text}".`, { cause });
  }
}

/** Whether espeak-ng is there, and its voices. Throws nothing. */
export async function speechFacts(options: SynthesisOptions): Promise<SpeechFacts> {
  try {
    const list = await run(['--voices'], '', { ...options, mostBytes: MOST_LIST_BYTES });
    return { available: true, voices: voicesOf(list.toString('utf8')) };
  } catch (error) {
    return { available: false, problem: messageOf(error), voices: [] };
  }
}

function run(
  args: readonly string[],
  input: string,
  options: SynthesisOptions & { readonly mostBytes: number },
): Promise<Buffer> {
  return programOutput({
    program: PROGRAM,
    args,
    input,
    packageName: PROGRAM,
    ...options,
    patience: options.patience ?? PATIENCE,
  });
}

/** Columns: priority, language, age and gender, name, file. */
function voicesOf(list: string): Voice[] {
  return list
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, voice, , name]) => (voice !== undefined && name !== undefined ? [{ voice, name }] : []));
}
