import { recordedSound } from '../media/recorded-sound.js';
import type { ToneSource } from '../media/tone-source.js';
import { renderLeadIn, renderSound } from '../patterns/render-sound.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';

/** Good enough for every codec, and a third of the memory of 48 kHz; a step below the loudest: telephones distort at full scale. */
const OPTIONS = { sampleRate: 16_000, intensity: 4 } as const;

/** A sound of the siren as a call hears it: from its beginning on, again and again. */
export async function heardSound(pattern: SoundPattern): Promise<ToneSource> {
  const leadIn = played(await renderLeadIn(pattern, OPTIONS));
  const loop = played(await renderSound(pattern, OPTIONS), Infinity);
  return (rate) => leadIn(rate) ?? loop(rate);
}

/** One period of a sound as a call hears it, so many times with seconds of silence between. */
export async function heardTimes(
  pattern: SoundPattern,
  { times = 1, pauseSeconds = 0 }: { readonly times?: number; readonly pauseSeconds?: number } = {},
): Promise<ToneSource> {
  const once = await renderSound(pattern, OPTIONS);
  if (times === 1) return played(once);
  const withPause = new Int16Array(once.length + Math.round(pauseSeconds * OPTIONS.sampleRate));
  withPause.set(once);
  return played(withPause, times);
}

function played(samples: Int16Array, times = 1): ToneSource {
  return recordedSound({ samples, rate: OPTIONS.sampleRate, times });
}
