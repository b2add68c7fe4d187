import { SipsirenError } from '../base/errors.js';
import { resampled } from '../media/resampled.js';
import type { Recording } from '../media/wav-recording.js';
import { inSlices } from './in-slices.js';
import { levelled } from './levelled.js';
import { SAMPLES_PER_MILLISECOND, SOUND_RATE } from './sound-rate.js';

const FULL_SCALE = 32_767;
/** Milliseconds over which the end of a recording becomes its beginning, so that it loops without a click. */
const CROSS_FADE = 20;
/** Below this a recording is no sound that one could loop. */
const SHORTEST = 100;

/**
 * A recording as the device keeps it: 48 kHz, as loud as the sounds of the siren, a whole number of milliseconds.
 * With `isLoop` its end fades into its beginning. Throws INVALID_VALUE where it is silent or too short.
 */
export async function keptRecording(
  { samples, rate }: Recording,
  { isLoop }: { readonly isLoop: boolean },
): Promise<Int16Array> {
  const whole = await inSlices(samples, new Float32Array(samples.length), (sample) => sample / FULL_SCALE);
  const sound = await resampled(whole, { from: rate, to: SOUND_RATE });
  if (sound.length < SHORTEST * SAMPLES_PER_MILLISECOND) {
    throw new SipsirenError('INVALID_VALUE', 'The file cannot be used: its sound is too short.', {
      path: 'file',
      accepted: `${SHORTEST} milliseconds or more`,
    });
  }
  const loud = await levelled(await withoutOffset(sound));
  if (!loud) {
    throw new SipsirenError('INVALID_VALUE', 'The file cannot be used: it is silent.', { path: 'file' });
  }
  const kept = isLoop ? looping(loud) : loud;
  const length = Math.floor(kept.length / SAMPLES_PER_MILLISECOND) * SAMPLES_PER_MILLISECOND;
  return inSlices(kept, new Int16Array(length), (sample) => Math.round(sample * FULL_SCALE));
}

/** A direct current is not heard, but clicks where it begins, and takes room from the sound. */
async function withoutOffset(sound: Float32Array): Promise<Float32Array> {
  const mean = sound.reduce((sum, sample) => sum + sample, 0) / sound.length;
  return inSlices(sound, new Float32Array(sound.length), (sample) => sample - mean);
}

/** The end is laid over the beginning with equal power and cut off. */
function looping(sound: Float32Array): Float32Array {
  // Cut to whole milliseconds first: the seam must lie where the loop ends.
  const whole = Math.floor(sound.length / SAMPLES_PER_MILLISECOND) * SAMPLES_PER_MILLISECOND;
  const fade = CROSS_FADE * SAMPLES_PER_MILLISECOND;
  const loop = sound.slice(0, whole - fade);
  for (let index = 0; index < fade; index++) {
    const angle = (Math.PI / 2) * ((index + 0.5) / fade);
    const mixed = Math.sin(angle) * (loop[index] ?? 0) + Math.cos(angle) * (sound[whole - fade + index] ?? 0);
    loop[index] = Math.max(-1, Math.min(1, mixed));
  }
  return loop;
}
