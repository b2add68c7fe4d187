import { nextTurn } from '../base/next-turn.js';
import type { SampleRate } from './sample-rate.js';
import type { SoundParts, SoundPattern } from './sound-pattern.js';

/** Octets of sounds that are kept: the ten longest of the manual's at the highest rate. */
const KEPT_OCTETS = 10_000_000;
/** Samples between two turns of the event loop, about a millisecond: calls go first. */
const SLICE = 1_000;

interface Kept {
  readonly pattern: SoundPattern;
  readonly sampleRate: SampleRate;
  readonly parts: Promise<SoundParts>;
  readonly octets: number;
}

/** The youngest last. */
let kept: readonly Kept[] = [];

/**
 * A sound at full intensity. It is computed once, in slices between which calls are served, and kept for whoever asks
 * again; do not write into it.
 */
export function soundParts(pattern: SoundPattern, sampleRate: SampleRate): Promise<SoundParts> {
  const known = kept.find((one) => one.pattern === pattern && one.sampleRate === sampleRate);
  const { leadIn = 0, period } = pattern;
  const entry = known ?? {
    pattern,
    sampleRate,
    parts: pattern.render?.(sampleRate) ?? compute(pattern, sampleRate),
    octets: (Float32Array.BYTES_PER_ELEMENT * (leadIn + period) * sampleRate) / 1_000,
  };
  kept = youngest([...kept.filter((one) => one !== known), entry]);
  return entry.parts;
}

/** One exact period of a sound at full intensity, from -1 to 1. */
export async function soundLoop(pattern: SoundPattern, sampleRate: SampleRate): Promise<Float32Array> {
  return (await soundParts(pattern, sampleRate)).loop;
}

async function compute(pattern: SoundPattern, sampleRate: SampleRate): Promise<SoundParts> {
  const { leadIn = 0, period } = pattern;
  const leading = Math.round((leadIn * sampleRate) / 1_000);
  const samples = new Float32Array(leading + Math.round((period * sampleRate) / 1_000));
  for (let index = 0; index < samples.length; index++) {
    samples[index] = pattern.sample(index / sampleRate);
    if (index % SLICE === SLICE - 1) await nextTurn();
  }
  return { leadIn: samples.subarray(0, leading), loop: samples.subarray(leading) };
}

function youngest(all: readonly Kept[]): readonly Kept[] {
  let octets = 0;
  for (const each of all) octets += each.octets;
  const first = all.findIndex((each) => {
    if (octets <= KEPT_OCTETS) return true;
    octets -= each.octets;
    return false;
  });
  return first < 0 ? [] : all.slice(first);
}
