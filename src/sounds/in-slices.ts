import { nextTurn } from '../base/next-turn.js';

/** Samples between two turns of the event loop, about a millisecond: calls go first. */
const SLICE = 40_000;

/**
 * Makes one sample of each, into `result`, with turns for everybody else in between. What `TypedArray.from` does with a
 * function costs 24 bytes of heap for each sample, and a long sound all the memory of a small machine.
 */
export async function inSlices<Result extends Float32Array | Int16Array>(
  samples: Float32Array | Int16Array,
  result: Result,
  convert: (sample: number, index: number) => number,
): Promise<Result> {
  for (let index = 0; index < result.length; index++) {
    if (index % SLICE === SLICE - 1) await nextTurn();
    result[index] = convert(samples[index] ?? 0, index);
  }
  return result;
}
