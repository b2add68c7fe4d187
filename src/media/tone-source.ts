/** Frames of 20 ms in a second: the pace at which sound is asked for. */
const FRAMES_PER_SECOND = 50;

/**
 * Gives the next 20 ms of sound at so many samples a second, as linear samples of 16 bits, or undefined when it
 * is over. The rate is the codec's and may change from one frame to the next. The array may be reused by the
 * source: it is read before the next call.
 */
export type ToneSource = (rate: number) => Int16Array | undefined;

/** Samples in one frame of 20 ms. */
export function frameSamples(rate: number): number {
  return rate / FRAMES_PER_SECOND;
}

/** About -9 dB of full scale: clearly heard, far from clipping. */
const AMPLITUDE = 11_600;

/** The two notes that tell a caller that the device has answered: a fifth upward. */
const CONFIRMATION_NOTES = [587.33, 880] as const;
const NOTE_SECONDS = 0.15;
/** Over so many seconds a note swells and fades, so that it does not click. */
const RAMP_SECONDS = 0.005;

/** A short tone of two notes, 2 × 150 ms, then nothing more. */
export function confirmationTone(): ToneSource {
  const total = CONFIRMATION_NOTES.length * NOTE_SECONDS;
  let frame = 0;
  return (rate) => {
    const start = frame++ / FRAMES_PER_SECOND;
    if (start >= total) return undefined;
    const samples = new Int16Array(frameSamples(rate));
    for (let index = 0; index < samples.length; index++) {
      samples[index] = AMPLITUDE * noteAt(start + index / rate);
    }
    return samples;
  };
}

/** A sine of `hertz`, from 1 to 3999, that never ends; for test calls, where a recording can be held against it. */
export function continuousTone(hertz: number): ToneSource {
  let phase = 0;
  let frame = new Int16Array(0);
  return (rate) => {
    if (frame.length !== frameSamples(rate)) frame = new Int16Array(frameSamples(rate));
    const step = (2 * Math.PI * hertz) / rate;
    for (let index = 0; index < frame.length; index++) {
      frame[index] = AMPLITUDE * Math.sin(phase);
      phase += step;
    }
    phase %= 2 * Math.PI;
    return frame;
  };
}

function noteAt(seconds: number): number {
  const note = Math.floor(seconds / NOTE_SECONDS);
  const hertz = CONFIRMATION_NOTES[note];
  if (hertz === undefined) return 0;
  const elapsed = seconds - note * NOTE_SECONDS;
  const ramp = Math.min(1, elapsed / RAMP_SECONDS, (NOTE_SECONDS - elapsed) / RAMP_SECONDS);
  return ramp * Math.sin(2 * Math.PI * hertz * elapsed);
}
