import { seconds as toDuration } from '../base/duration.js';
import { aWeighting } from './a-weighting.js';
import type { Pitch, SoundDescription, SoundSegment, Timbre } from './sound-description.js';
import type { SoundPattern } from './sound-pattern.js';

/** A tone's first and last moments, in seconds, swell and fade by a raised cosine, so that nothing clicks. */
const RAMP = 0.008;

/** The A-weighted level that every sound has while a tone is held, as a factor of full scale (-10.5 dB). */
const LOUDNESS = 0.3;

/** Points at which the loudness of a sweep is taken. */
const SWEEP_POINTS = 32;

interface Tone {
  readonly start: number;
  readonly length: number;
  readonly from: number;
  readonly to: number;
  readonly timbre: Timbre;
  readonly decay: number;
}

/** Makes a sound from its description: what it is made of, at the same loudness as every other. */
export function synthesise({ name, segments }: SoundDescription): SoundPattern {
  const { tones, length } = layOut(segments);
  const gain = LOUDNESS / loudnessOf(tones);
  return {
    name,
    period: toDuration(length),
    sample: (seconds) => gain * sampleOf(tones, seconds % length),
  };
}

function layOut(segments: readonly SoundSegment[]): { tones: Tone[]; length: number } {
  const tones: Tone[] = [];
  let milliseconds = 0;
  for (const segment of segments) {
    const start = milliseconds / 1_000;
    if ('pause' in segment) {
      milliseconds += Math.round(segment.pause * 1_000);
      continue;
    }
    const [from, to] = ends(segment.pitch);
    tones.push({
      start,
      length: segment.tone,
      from,
      to,
      timbre: segment.timbre,
      decay: segment.decay ?? Infinity,
    });
    milliseconds += Math.round(segment.tone * 1_000);
  }
  return { tones, length: milliseconds / 1_000 };
}

function ends(pitch: Pitch): readonly [number, number] {
  return typeof pitch === 'number' ? [pitch, pitch] : pitch;
}

function sampleOf(tones: readonly Tone[], seconds: number): number {
  for (const tone of tones) {
    const elapsed = seconds - tone.start;
    if (elapsed < 0) return 0;
    if (elapsed < tone.length) return envelopeOf(tone, elapsed) * waveOf(tone, elapsed);
  }
  return 0;
}

function waveOf(tone: Tone, elapsed: number): number {
  const angle = 2 * Math.PI * cyclesOf(tone, elapsed);
  let sum = 0;
  for (const { ratio, amplitude } of tone.timbre) sum += amplitude * Math.sin(ratio * angle);
  return sum;
}

/** Cycles since the tone began: the integral of its frequency, so that a sweep has no jump in phase. */
function cyclesOf({ from, to, length }: Tone, elapsed: number): number {
  if (from === to) return from * elapsed;
  const rate = Math.log(to / from) / length;
  return (from * Math.expm1(rate * elapsed)) / rate;
}

function envelopeOf({ length, decay }: Tone, elapsed: number): number {
  const edge = Math.min(elapsed, length - elapsed);
  const ramp = edge < RAMP ? (1 - Math.cos((Math.PI * edge) / RAMP)) / 2 : 1;
  return decay === Infinity ? ramp : ramp * Math.exp(-elapsed / decay);
}

/** The A-weighted effective value while tones sound, before any decay: the ear judges a struck tone by its stroke. */
function loudnessOf(tones: readonly Tone[]): number {
  let energy = 0;
  let time = 0;
  for (const tone of tones) {
    energy += meanPowerOf(tone) * tone.length;
    time += tone.length;
  }
  return Math.sqrt(energy / time);
}

function meanPowerOf({ from, to, timbre }: Tone): number {
  let sum = 0;
  for (let point = 0; point < SWEEP_POINTS; point++) {
    const pitch = from * (to / from) ** ((point + 0.5) / SWEEP_POINTS);
    for (const { ratio, amplitude } of timbre) sum += (amplitude * aWeighting(ratio * pitch)) ** 2 / 2;
  }
  return sum / SWEEP_POINTS;
}
