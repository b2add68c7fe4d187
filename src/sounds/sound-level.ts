import { nextTurn } from '../base/next-turn.js';
import { SOUND_RATE } from './sound-rate.js';

/** Poles of the A-weighting in Hz (IEC 61672-1): four that take the depths away, two that take the heights. */
const LOW_POLES = [20.6, 20.6, 107.7, 737.9];
const HIGH_POLES = [12_194, 12_194];
/** 2.00 dB, which makes the weighting 1 at 1 kHz. */
const NORMALISATION = 1.2589;
/** The integration time of the time weighting F, in seconds (IEC 61672-1). */
const FAST = 0.125;
const SLICE = 20_000;

/** A filter of first order: y = b0 x + b1 x' - a1 y'. */
interface Section {
  readonly b0: number;
  readonly b1: number;
  readonly a1: number;
  x: number;
  y: number;
}

/**
 * The highest reading of a sound level meter (A-weighted, time weighting F), in decibels below a direct current of full
 * scale: about as slow as the ear, which finds a short beep softer than a long one. The sounds of the siren all read
 * the same.
 */
export async function loudestReading(samples: ArrayLike<number>): Promise<number> {
  const sections = [...LOW_POLES.map(highPass), ...HIGH_POLES.map(lowPass)];
  const keep = Math.exp(-1 / SOUND_RATE / FAST);
  let reading = 0;
  let highest = 0;
  for (let index = 0; index < samples.length; index++) {
    if (index % SLICE === SLICE - 1) await nextTurn();
    let value = (samples[index] ?? 0) * NORMALISATION;
    for (const section of sections) {
      const next = section.b0 * value + section.b1 * section.x - section.a1 * section.y;
      section.x = value;
      section.y = next;
      value = next;
    }
    reading = keep * reading + (1 - keep) * value * value;
    if (reading > highest) highest = reading;
  }
  return 10 * Math.log10(highest);
}

function highPass(pole: number): Section {
  const warped = Math.tan((Math.PI * pole) / SOUND_RATE);
  const b0 = 1 / (1 + warped);
  return { b0, b1: -b0, a1: (warped - 1) / (1 + warped), x: 0, y: 0 };
}

function lowPass(pole: number): Section {
  const warped = Math.tan((Math.PI * pole) / SOUND_RATE);
  const b0 = warped / (1 + warped);
  return { b0, b1: b0, a1: (warped - 1) / (1 + warped), x: 0, y: 0 };
}
