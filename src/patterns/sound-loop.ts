import { nextTurn } from '../base/next-turn.js';
import type { SoundPattern } from './sound-pattern.js';

/** Samples a second that sounds are rendered at: telephones, wideband telephones and the page, sound cards. */
export type SampleRate = 8_000 | 16_000 | 48_000;

/** Octets of loops that are kept: the ten longest sounds at the highest rate. */
const KEPT_OCTETS = 10_000_000;
/** Samples between two turns of the event loop, about a millisecond: calls go first. */
const SLICE = 1_000;
const OCTETS_PER_SAMPLE = 4;

interface Kept {
  readonly loop: Promise<Float32Array>;
  readonly octets: number;
}

const kept = new Map<string, Kept>();

/**
 * One exact period of a sound at full intensity, from -1 to 1. It is computed once, in slices between which calls
 * are served, and kept for whoever asks again; do not write into it.
 */
export function soundLoop(pattern: SoundPattern, sampleRate: SampleRate): Promise<Float32Array> {
  const key = `${pattern.name}/${sampleRate}`;
  const length = Math.round((pattern.period * sampleRate) / 1_000);
  const entry = kept.get(key) ?? {
    loop: compute(pattern, length, sampleRate),
    octets: OCTETS_PER_SAMPLE * length,
  };
  // Set anew, it is the youngest; the eldest go.
  kept.delete(key);
  kept.set(key, entry);
  dropEldest();
  return entry.loop;
}

async function compute(pattern: SoundPattern, length: number, sampleRate: SampleRate): Promise<Float32Array> {
  const loop = new Float32Array(length);
  for (let index = 0; index < length; index++) {
    loop[index] = pattern.sample(index / sampleRate);
    if (index % SLICE === SLICE - 1) await nextTurn();
  }
  return loop;
}

function dropEldest(): void {
  let octets = 0;
  for (const each of kept.values()) octets += each.octets;
  for (const [eldest, each] of kept) {
    if (octets <= KEPT_OCTETS) break;
    kept.delete(eldest);
    octets -= each.octets;
  }
}
