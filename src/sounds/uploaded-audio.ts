import type { Clock } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import { SipsirenError } from '../base/errors.js';
import { type Recording, readWav, type WavFacts, wavFacts } from '../media/wav-recording.js';
import { SOUND_LIMITS } from './limits.js';
import { programOutput } from './program-output.js';

/** How long decoding may take on a small and busy machine. */
const PATIENCE = seconds(60);
/** `fLaC`, then the block STREAMINFO of 34 octets, which every file begins with (RFC 9639 section 8). */
const FLAC_HEAD = 42;

/** What an uploaded file has. */
export interface UploadedAudio {
  readonly format: 'wav' | 'flac';
  readonly facts: Omit<WavFacts, 'isCutOff'>;
  readonly recording: Recording;
}

/**
 * Reads a WAV or a FLAC file. FLAC is decoded by the program `flac`, its reference decoder: a file that is made to do
 * harm meets a process of its own, which is ended when it takes too long or writes too much.
 *
 * Throws INVALID_VALUE with what is wrong with the file, and PROGRAM_MISSING where FLAC cannot be decoded here.
 */
export async function readUploadedAudio(
  file: Uint8Array,
  { clock }: { readonly clock: Clock },
): Promise<UploadedAudio> {
  if (file.length > SOUND_LIMITS.fileBytes) {
    throw unusable(`it has more than ${SOUND_LIMITS.fileBytes / 1_000_000} MB`);
  }
  const isFlac = tagOf(file) === 'fLaC';
  const wav = isFlac ? await decodeFlac(file, clock) : file;
  const { isCutOff, ...facts } = wavFacts(wav);
  if (isCutOff) {
    throw unusable(
      'it claims to hold more sound than it has; it was cut off on its way, or is made to do harm',
    );
  }
  refuseLong(facts.seconds);
  return { format: isFlac ? 'flac' : 'wav', facts, recording: await readWav(wav) };
}

async function decodeFlac(file: Uint8Array, clock: Clock): Promise<Buffer> {
  refuseByHead(file);
  try {
    return await programOutput({
      program: 'flac',
      args: ['--decode', '--stdout', '--silent', '-'],
      input: file,
      mostBytes: SOUND_LIMITS.decodedBytes,
      patience: PATIENCE,
      packageName: 'flac',
      clock,
    });
  } catch (error) {
    if (!(error instanceof SipsirenError)) throw error;
    if (error.code === 'LIMIT_REACHED') {
      throw unusable(`its sound has more than ${SOUND_LIMITS.decodedBytes / 1_000_000} MB`, error);
    }
    if (error.code === 'PROGRAM_FAILED') throw unusable('it is no whole FLAC file', error);
    throw error;
  }
}

/** What the head claims is only a claim, but one that is refused needs no decoding. */
function refuseByHead(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.byteLength < FLAC_HEAD || (view.getUint8(4) & 0x7f) !== 0)
    throw unusable('it is no whole FLAC file');
  const rate = view.getUint32(18) >>> 12;
  // 36 bits that begin with the low half of an octet.
  const samples = (view.getUint8(21) & 0x0f) * 2 ** 32 + view.getUint32(22);
  if (rate === 0) throw unusable('it has 0 samples a second');
  refuseLong(samples / rate);
}

function refuseLong(length: number): void {
  if (length <= SOUND_LIMITS.seconds) return;
  throw unusable(`it lasts ${Math.round(length)} seconds`);
}

function tagOf(file: Uint8Array): string {
  return String.fromCharCode(...file.subarray(0, 4));
}

function unusable(why: string, cause?: unknown): SipsirenError {
  return new SipsirenError('INVALID_VALUE', `The file cannot be used: ${why}.`, {
    path: 'file',
    accepted: `a WAV or FLAC file of up to ${SOUND_LIMITS.seconds / 60} minutes and ${SOUND_LIMITS.fileBytes / 1_000_000} MB`,
    ...(cause !== undefined && { cause }),
  });
}
