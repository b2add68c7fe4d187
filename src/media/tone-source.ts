/** Samples a second of everything in this room (RFC 3551 section 4.5). */
const SAMPLE_RATE = 8_000;

/** Samples in one frame of 20 ms. */
export const FRAME_SAMPLES = 160;

/**
 * Gives the next 20 ms of sound, 160 linear samples of 16 bits, or undefined when it is over. The array may be
 * reused by the source: it is read before the next call.
 */
export type ToneSource = () => Int16Array | undefined;

/** About -9 dB of full scale: clearly heard, far from clipping. */
const AMPLITUDE = 11_600;

/** The two notes that tell a caller that the device has answered: a fifth upward, 150 ms each. */
const CONFIRMATION_NOTES = [587.33, 880] as const;
const NOTE_SAMPLES = 0.15 * SAMPLE_RATE;
/** Over this many samples (5 ms) a note swells and fades, so that it does not click. */
const RAMP_SAMPLES = 40;

let confirmation: Int16Array | undefined;

/** A short tone of two notes, 2 × 150 ms, then nothing more. */
export function confirmationTone(): ToneSource {
  confirmation ??= composeConfirmation();
  const samples = confirmation;
  let position = 0;
  return () => {
    if (position >= samples.length) return undefined;
    position += FRAME_SAMPLES;
    return samples.subarray(position - FRAME_SAMPLES, position);
  };
}

/** A sine that never ends, `hertz` from 1 to 3999; for test calls, where a recording can be held against it. */
export function continuousTone(hertz: number): ToneSource {
  const frame = new Int16Array(FRAME_SAMPLES);
  const step = (2 * Math.PI * hertz) / SAMPLE_RATE;
  let phase = 0;
  return () => {
    for (let index = 0; index < FRAME_SAMPLES; index++) {
      frame[index] = AMPLITUDE * Math.sin(phase);
      phase += step;
    }
    phase %= 2 * Math.PI;
    return frame;
  };
}

function composeConfirmation(): Int16Array {
  const frames = Math.ceil((CONFIRMATION_NOTES.length * NOTE_SAMPLES) / FRAME_SAMPLES);
  const samples = new Int16Array(frames * FRAME_SAMPLES);
  CONFIRMATION_NOTES.forEach((hertz, note) => {
    for (let index = 0; index < NOTE_SAMPLES; index++) {
      const ramp = Math.min(1, index / RAMP_SAMPLES, (NOTE_SAMPLES - index) / RAMP_SAMPLES);
      const angle = (2 * Math.PI * hertz * index) / SAMPLE_RATE;
      samples[note * NOTE_SAMPLES + index] = AMPLITUDE * ramp * Math.sin(angle);
    }
  });
  return samples;
}
