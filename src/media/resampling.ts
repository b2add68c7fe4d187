/** Zero crossings of the filter on each side, at the lower of the two rates. */
const CROSSINGS = 24;
/** Where the filter cuts, in parts of the lower rate's highest frequency: what passes is flat to 84 % of it. */
const CUTOFF = 0.92;
/** The window's shape: what could fold back is 60 dB down. */
const KAISER_BETA = 5.65;
/** Places between two input samples that are told apart; enough for every pair of usual rates to be exact. */
const MOST_PHASES = 640;
/** Filter banks kept, each of them at most 3 MB. */
const MOST_KEPT = 16;

/** How samples of one rate become samples of another. */
export interface Resampling {
  /** For each `up` samples that come out, `down` go in. */
  readonly up: number;
  readonly down: number;
  /** Input samples that one output sample is made of. */
  readonly taps: number;
  /** The weights for the places, evenly spread, that an output sample can have between two input samples. */
  readonly weights: readonly Float32Array[];
}

const known = new Map<string, Resampling>();

/** The filter bank for two rates (windowed sinc, polyphase); made once for each pair. */
export function resampling(from: number, to: number): Resampling {
  const key = `${from}/${to}`;
  const found = known.get(key) ?? design(from, to);
  known.set(key, found);
  for (const eldest of known.keys()) {
    if (known.size <= MOST_KEPT) break;
    known.delete(eldest);
  }
  return found;
}

function design(from: number, to: number): Resampling {
  const divisor = greatestCommonDivisor(from, to);
  const up = to / divisor;
  const reach = Math.ceil(CROSSINGS * Math.max(1, from / to));
  const scale = CUTOFF * Math.min(1, to / from);
  const phases = Math.min(up, MOST_PHASES);
  const weights = Array.from({ length: phases }, (_, phase) =>
    phaseWeights({ offset: phase / phases, reach, scale }),
  );
  return { up, down: from / divisor, taps: 2 * reach, weights };
}

/** Weights of the inputs from `reach - 1` before to `reach` after, their sum 1 so that no phase is louder. */
function phaseWeights(filter: {
  readonly offset: number;
  readonly reach: number;
  readonly scale: number;
}): Float32Array {
  const { offset, reach, scale } = filter;
  const weights = new Float32Array(2 * reach);
  let sum = 0;
  for (let tap = 0; tap < weights.length; tap++) {
    const distance = tap - (reach - 1) - offset;
    const weight = sinc(scale * distance) * kaiser(distance / reach);
    weights[tap] = weight;
    sum += weight;
  }
  return weights.map((weight) => weight / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
}

/** The modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-9 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
