import { execFileSync } from 'node:child_process';
import { readWav } from './wav.js';

interface Heard {
  readonly samples: Float64Array;
  readonly sampleRate: number;
}

/** Samples of the loudest stretch of a text, by which it is looked for: a quarter of a second. */
const KEY_SECONDS = 0.25;

/**
 * How far a recording holds a text as espeak-ng itself speaks it, at the moment where that fits best: 1 where it is
 * the very sound, near 0 where something else is heard.
 */
export function likenessToSpeech({ samples, sampleRate }: Heard, text: string): number {
  const spoken = resampledBySox(
    execFileSync('espeak-ng', ['--stdin', '--stdout', '-v', 'en', '-s', '160'], { input: `${text}\n` }),
    sampleRate,
  );
  const length = Math.round(KEY_SECONDS * sampleRate);
  const at = loudestStretch(spoken, length);
  const key = spoken.subarray(at, at + length);
  let best = { likeness: 0, start: 0 };
  for (let start = 0; start + length <= samples.length; start++) {
    const likeness = correlation(key, samples.subarray(start, start + length));
    if (likeness > best.likeness) best = { likeness, start };
  }
  const begin = Math.max(0, best.start - at);
  const whole = samples.subarray(begin, begin + spoken.length);
  return correlation(spoken.subarray(0, whole.length), whole);
}

function resampledBySox(wav: Buffer, rate: number): Float64Array {
  return readWav(
    execFileSync('sox', ['-V1', '-t', 'wav', '-', '-r', String(rate), '-t', 'wav', '-'], { input: wav }),
  ).samples;
}

function loudestStretch(sound: Float64Array, length: number): number {
  let power = 0;
  let best = { power: 0, at: 0 };
  sound.forEach((sample, index) => {
    const gone = index >= length ? (sound[index - length] ?? 0) : 0;
    power += sample * sample - gone * gone;
    if (power > best.power) best = { power, at: Math.max(0, index - length + 1) };
  });
  return best.at;
}

function correlation(one: Float64Array, other: Float64Array): number {
  let both = 0;
  let left = 0;
  let right = 0;
  for (let index = 0; index < one.length; index++) {
    const [a, b] = [one[index] ?? 0, other[index] ?? 0];
    both += a * b;
    left += a * a;
    right += b * b;
  }
  return left * right === 0 ? 0 : both / Math.sqrt(left * right);
}
