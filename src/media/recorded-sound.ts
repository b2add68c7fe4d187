import { resampling, type Resampling } from './resampling.js';
import { frameSamples, type ToneSource } from './tone-source.js';

export interface RecordedSoundOptions {
  /** Linear samples of 16 bits, one channel; they are read while they play and never changed. */
  readonly samples: Int16Array;
  /** A whole number of samples a second, from 4000 to 192000. */
  readonly rate: number;
  /** How often it is played, without a gap between; Infinity for ever. Default once. */
  readonly times?: number;
}

/** Plays what was recorded, an announcement or a siren's sound, at whatever rate the codec has. */
export function recordedSound({ samples, rate, times = 1 }: RecordedSoundOptions): ToneSource {
  const end = samples.length * times;
  let frame = 0;
  let sound = new Int16Array(0);
  return (wanted) => {
    const count = frameSamples(wanted);
    const start = frame++ * count;
    if (samples.length === 0 || (start * rate) / wanted >= end) return undefined;
    if (sound.length !== count) sound = new Int16Array(count);
    const conversion = resampling(rate, wanted);
    for (let index = 0; index < count; index++) {
      sound[index] = sampleAt({ samples, end }, conversion, start + index);
    }
    return sound;
  };
}

interface Played {
  readonly samples: Int16Array;
  /** In samples, all repetitions counted. */
  readonly end: number;
}

/** The sample at a place of the converted sound; before the beginning and after the end is silence. */
function sampleAt({ samples, end }: Played, { up, down, taps, weights }: Resampling, place: number): number {
  const { length } = samples;
  const nearest = Math.floor((place * down) / up);
  const weight = weights[Math.floor((((place * down) % up) * weights.length) / up)];
  if (weight === undefined || nearest >= end) return 0;
  if (up === 1 && down === 1) return samples[nearest % length] ?? 0;
  const first = nearest - taps / 2 + 1;
  const isInside = first >= 0 && first + taps <= length;
  let sum = 0;
  for (let tap = 0; tap < taps; tap++) {
    const at = first + tap;
    if (isInside) sum += (samples[at] ?? 0) * (weight[tap] ?? 0);
    else if (at >= 0 && at < end) sum += (samples[at % length] ?? 0) * (weight[tap] ?? 0);
  }
  return sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : Math.round(sum);
}
