import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InbandDetector } from './inband-detector.js';
import { tonesOf } from './key-frequencies.js';

const RATE = 8_000;
const KEYS = '0123456789ABCD*#'.split('');

interface Press {
  readonly key: string;
  /** Milliseconds. */
  readonly press?: number;
  readonly pause?: number;
  /** Amplitude of each tone; full scale is 32767. */
  readonly low?: number;
  readonly high?: number;
  /** In parts: 0.015 is 1.5 %. */
  readonly off?: number;
  readonly rate?: number;
}

function dial(...presses: readonly Press[]): Int16Array {
  return Int16Array.from(presses.flatMap((press) => [...samplesOf(press)]));
}

function* samplesOf({ key, press = 50, pause = 50, low = 6_000, high = 6_000, off = 0, rate = RATE }: Press) {
  const tones = tonesOf(key) ?? { low: 0, high: 0 };
  const angle = (hertz: number) => (2 * Math.PI * hertz * (1 + off)) / rate;
  const down = (press * rate) / 1_000;
  for (let index = 0; index < down; index++) {
    yield low * Math.sin(angle(tones.low) * index) + high * Math.sin(angle(tones.high) * index);
  }
  for (let index = 0; index < (pause * rate) / 1_000; index++) yield 0;
}

function heard(samples: Int16Array, rate = RATE): string {
  let keys = '';
  const detector = new InbandDetector({ rate, onKey: (key) => (keys += key) });
  for (let at = 0; at < samples.length; at += rate / 50)
    detector.receive(samples.subarray(at, at + rate / 50));
  return keys;
}

/** A generator of the same numbers every time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function withNoise(samples: Int16Array, amplitude: number, seed = 1): Int16Array {
  const next = numbers(seed);
  return samples.map((sample) => sample + (next() - 0.5) * 2 * amplitude);
}

describe('keys in the audio', () => {
  it.each([8_000, 16_000, 48_000])('are all heard at %i samples a second', (rate) => {
    expect(heard(dial(...KEYS.map((key) => ({ key, rate }))), rate)).toBe(KEYS.join(''));
  });

  it('are heard when they last 40 ms with 40 ms between them, and wherever they begin', () => {
    for (let offset = 0; offset < 160; offset += 7) {
      const lead = new Int16Array(offset);
      const keys = dial(...KEYS.map((key) => ({ key, press: 40, pause: 40 })));
      expect(heard(Int16Array.from([...lead, ...keys]))).toBe(KEYS.join(''));
    }
  });

  it('are told apart from the same key again, and a long press is one', () => {
    expect(heard(dial({ key: '5' }, { key: '5' }, { key: '5', press: 3_000 }, { key: '5' }))).toBe('5555');
  });

  it('bridge a lost packet within a press', () => {
    const samples = dial({ key: '7', press: 200 });
    samples.fill(0, 800, 960);
    expect(heard(samples)).toBe('7');
  });

  it.each([
    ['the high tone 7 dB stronger', { low: 3_000, high: 6_700 }],
    ['the low tone 7 dB stronger', { low: 6_700, high: 3_000 }],
    ['both tones faint', { low: 260, high: 260 }],
    ['both tones as strong as they can be', { low: 16_000, high: 16_000 }],
    ['frequencies 1.5 % high', { off: 0.015 }],
    ['frequencies 1.5 % low', { off: -0.015 }],
  ])('are heard with %s', (_name, how) => {
    expect(heard(dial(...KEYS.map((key) => ({ key, ...how }))))).toBe(KEYS.join(''));
  });

  it('are heard through noise 12 dB below them', () => {
    const samples = dial(...KEYS.map((key) => ({ key, press: 70 })));
    // A tone of 6000 has a power of 1.8e7, two have 3.6e7; noise of amplitude a has a²/3.
    expect(heard(withNoise(samples, 2_600))).toBe(KEYS.join(''));
  });

  it.each([
    ['one tone alone', { high: 0 }],
    ['the other tone alone', { low: 0 }],
    ['20 ms of a key', { press: 20 }],
    ['frequencies 5 % off', { off: 0.05 }],
    ['the high tone 12 dB stronger', { low: 2_000, high: 8_000 }],
    ['hardly anything', { low: 50, high: 50 }],
  ])('are not heard in %s', (_name, how) => {
    expect(heard(dial(...KEYS.map((key) => ({ key, ...how }))))).toBe('');
  });

  it('are the same however the samples are cut into pieces', () => {
    const samples = dial({ key: '1' }, { key: '#', press: 90 }, { key: '1' });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        let keys = '';
        const detector = new InbandDetector({ rate: RATE, onKey: (key) => (keys += key) });
        let at = 0;
        for (let turn = 0; at < samples.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          detector.receive(samples.subarray(at, (at += size)));
        }
        expect(keys).toBe('1#1');
      }),
      { numRuns: 50 },
    );
  });
});

describe('sound without a key', () => {
  it.each([
    ['five minutes of voices', 300, voice],
    ['five minutes of music', 300, music],
    ['a minute of noise', 60, noise],
    ['a minute of a siren', 60, sweep],
  ])('%s dial nothing', (_name, length, sound) => {
    let keys = '';
    const detector = new InbandDetector({ rate: RATE, onKey: (key) => (keys += key) });
    const next = numbers(7);
    let seconds = 0;
    while (seconds < length) {
      const piece = sound(next);
      detector.receive(piece);
      seconds += piece.length / RATE;
    }
    expect(keys).toBe('');
  });
});

/** A syllable: a voice's pulses at a gliding pitch through the formants of a vowel, swelling and fading. */
function voice(next: () => number): Int16Array {
  const pitch = 80 + next() * 220;
  const glide = 1 + (next() - 0.5) * 0.4;
  const formants = [250 + next() * 650, 800 + next() * 1_500, 2_300 + next() * 900].map(resonance);
  const samples = new Int16Array(Math.round(RATE * (0.08 + next() * 0.3)));
  let cycle = 0;
  for (const index of samples.keys()) {
    cycle += (pitch * glide ** (index / samples.length)) / RATE;
    const pulse = cycle >= 1 ? 1 : 0;
    cycle -= pulse;
    const sum = formants.reduce((loudness, formant) => loudness + formant(pulse), 0);
    samples[index] = 12_000 * sum * Math.sin((Math.PI * index) / samples.length);
  }
  return samples;
}

/** A resonance of a mouth, about 80 Hz wide. */
function resonance(hertz: number): (input: number) => number {
  const decay = Math.exp((-Math.PI * 80) / RATE);
  const turn = 2 * decay * Math.cos((2 * Math.PI * hertz) / RATE);
  let [last, beforeLast] = [0, 0];
  return (input) => {
    [last, beforeLast] = [input + turn * last - decay * decay * beforeLast, last];
    return last * 0.3;
  };
}

/** A chord of up to four notes of the scale, each with overtones, as an organ or a flute plays it. */
function music(next: () => number): Int16Array {
  const notes = Array.from(
    { length: 1 + Math.floor(next() * 4) },
    () => 220 * 2 ** (Math.floor(next() * 36) / 12),
  );
  const sound = timbre(0.16 + next() * 0.4);
  const samples = new Int16Array(Math.round(RATE * (0.1 + next() * 0.5)));
  for (const index of samples.keys()) {
    let sum = 0;
    for (const note of notes) sum += sound((note * index) / RATE);
    samples[index] = (8_000 * sum) / notes.length;
  }
  return samples;
}

/** One cycle of a tone with overtones, the brighter the stronger, by its place from 0 to 1. */
function timbre(bright: number): (cycles: number) => number {
  const size = 4_096;
  const wave = Float64Array.from({ length: size }, (_value, place) =>
    [1, 2, 3].reduce(
      (sum, order) => sum + bright ** (order - 1) * Math.sin((2 * Math.PI * order * place) / size),
      0,
    ),
  );
  return (cycles) => wave[Math.floor((cycles % 1) * size)] ?? 0;
}

function noise(next: () => number): Int16Array {
  return Int16Array.from({ length: RATE }, () => (next() - 0.5) * 40_000);
}

/** A siren's sweep with its overtones. */
function sweep(next: () => number): Int16Array {
  const base = 400 + next() * 400;
  const speed = 0.2 + next() * 4;
  const sound = timbre(0.5);
  let cycles = 0;
  return Int16Array.from({ length: RATE }, (_value, index) => {
    cycles += (base * (1 + 0.5 * Math.sin((2 * Math.PI * speed * index) / RATE))) / RATE;
    return 9_000 * sound(cycles);
  });
}
