import { SipsirenError } from '../base/errors.js';
import type { MediaSession } from '../media/media-session.js';
import type { ToneSource } from '../media/tone-source.js';

/** Frames of sound in a second. */
const FRAMES_PER_SECOND = 50;

/** A sound that is over after so many seconds, if not before. */
export function lasting(source: ToneSource, seconds: number): ToneSource {
  let left = Math.ceil(seconds * FRAMES_PER_SECOND);
  return (rate) => (left-- > 0 ? source(rate) : undefined);
}

/** The same sound; `onEnd` is called once when it is over, outside the tick that asked for it. */
export function telling(source: ToneSource, onEnd: () => void): ToneSource {
  let isOver = false;
  return (rate) => {
    if (isOver) return undefined;
    const frame = source(rate);
    if (frame !== undefined) return frame;
    isOver = true;
    queueMicrotask(onEnd);
    return undefined;
  };
}

/** Plays a sound in place of what plays; resolves when it is over. Rejects with CANCELLED when the call ends before. */
export function untilPlayed(media: MediaSession, source: ToneSource, ending: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(new SipsirenError('CANCELLED', 'The call ended before its keys were pressed.'));
    if (ending.aborted) return cut();
    ending.addEventListener('abort', cut, { once: true });
    media.play(
      telling(source, () => {
        ending.removeEventListener('abort', cut);
        resolve();
      }),
    );
  });
}
