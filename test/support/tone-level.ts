/**
 * The amplitude of a tone in samples, 0 to 1, in the loudest window of 50 ms (Goertzel's algorithm), so that a
 * short tone in a long recording is found.
 */
export function toneLevel(samples: Float64Array, sampleRate: number, hertz: number): number {
  const window = Math.round(sampleRate * 0.05);
  let loudest = 0;
  for (let start = 0; start + window <= samples.length; start += window) {
    loudest = Math.max(loudest, levelOf(samples.subarray(start, start + window), sampleRate, hertz));
  }
  return loudest;
}

function levelOf(window: Float64Array, sampleRate: number, hertz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / sampleRate);
  let last = 0;
  let beforeLast = 0;
  for (const sample of window) {
    const next = sample + coefficient * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return (2 * Math.sqrt(Math.max(0, power))) / window.length;
}
