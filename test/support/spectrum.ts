/** Blackman and Harris' window of four terms: what lies five lines away is 92 dB softer. */
const WINDOW_TERMS = [0.35875, -0.48829, 0.14128, -0.01168];

export interface SpectraOptions {
  readonly sampleRate: number;
  /** Samples of one spectrum, a power of two. */
  readonly size: number;
  /** Samples from the start of one spectrum to the start of the next. */
  readonly hop: number;
}

/** The power at each frequency, from 0 to half of the sample rate; a sine of amplitude 1 has 0.5 in all. */
export interface Spectrum {
  readonly powers: Float64Array;
  /** The width of one line in hertz. */
  readonly spacing: number;
}

/** The spectra of a sound that is played over and over, one loop of which is given. */
export function spectraOfLoop(
  loop: ArrayLike<number>,
  { sampleRate, size, hop }: SpectraOptions,
): Spectrum[] {
  const window = windowOf(size);
  const power = window.reduce((sum, weight) => sum + weight * weight, 0);
  const turns = turnsOf(size);
  const count = Math.ceil(loop.length / hop);
  return Array.from({ length: count }, (_, index) => {
    const real = Float64Array.from(
      window,
      (weight, offset) => weight * (loop[(index * hop + offset) % loop.length] ?? 0),
    );
    const imaginary = new Float64Array(size);
    transform(real, imaginary, turns);
    const powers = Float64Array.from({ length: size / 2 }, (_unused, line) => {
      return (2 * ((real[line] ?? 0) ** 2 + (imaginary[line] ?? 0) ** 2)) / (size * power);
    });
    return { powers, spacing: sampleRate / size };
  });
}

function windowOf(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, index) =>
    WINDOW_TERMS.reduce((sum, term, order) => sum + term * Math.cos((2 * Math.PI * order * index) / size), 0),
  );
}

interface Turns {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** Cosine and sine of each of `size` parts of a turn backwards. */
function turnsOf(size: number): Turns {
  const angles = Float64Array.from({ length: size }, (_, part) => (-2 * Math.PI * part) / size);
  return { cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
}

/** The fast Fourier transform of Cooley and Tukey, in place. */
function transform(real: Float64Array, imaginary: Float64Array, { cosines, sines }: Turns): void {
  const size = real.length;
  reorder(real, imaginary);
  for (let half = 1; half < size; half *= 2) {
    const step = size / (2 * half);
    for (let within = 0; within < half; within++) {
      const cosine = cosines[within * step]!;
      const sine = sines[within * step]!;
      for (let low = within; low < size; low += 2 * half) {
        const high = low + half;
        const x = real[high]! * cosine - imaginary[high]! * sine;
        const y = real[high]! * sine + imaginary[high]! * cosine;
        real[high] = real[low]! - x;
        imaginary[high] = imaginary[low]! - y;
        real[low] = real[low]! + x;
        imaginary[low] = imaginary[low]! + y;
      }
    }
  }
}

/** Each value goes where its index written backwards in binary says. */
function reorder(...lists: readonly Float64Array[]): void {
  const size = lists[0]?.length ?? 0;
  let reversed = 0;
  for (let index = 1; index < size; index++) {
    let bit = size >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index >= reversed) continue;
    for (const list of lists) [list[index], list[reversed]] = [list[reversed] ?? 0, list[index] ?? 0];
  }
}
