import type { SoundPattern } from './sound-pattern.js';

/** Samples a second that sounds are rendered at: telephones, wideband telephones and the page, sound cards. */
export type SampleRate = 8_000 | 16_000 | 48_000;

/** Octets of loops that are kept: the ten longest sounds at the highest rate. */
const KEPT_OCTETS = 10_000_000;

const kept = new Map<string, Float32Array>();

/**
 * One exact period of a sound at full intensity, from -1 to 1. It is computed once and kept, so that a page that
 * asks for the same sound again does not hold up the device's calls; do not write into it.
 */
export function soundLoop(pattern: SoundPattern, sampleRate: SampleRate): Float32Array {
  const key = `${pattern.name}/${sampleRate}`;
  const loop = kept.get(key) ?? compute(pattern, sampleRate);
  // Set anew, it is the youngest; the eldest go.
  kept.delete(key);
  kept.set(key, loop);
  let octets = 0;
  for (const each of kept.values()) octets += each.byteLength;
  for (const [eldest, { byteLength }] of kept) {
    if (octets <= KEPT_OCTETS) break;
    kept.delete(eldest);
    octets -= byteLength;
  }
  return loop;
}

function compute(pattern: SoundPattern, sampleRate: SampleRate): Float32Array {
  const loop = new Float32Array(Math.round((pattern.period * sampleRate) / 1_000));
  for (let index = 0; index < loop.length; index++) loop[index] = pattern.sample(index / sampleRate);
  return loop;
}
