import { SipsirenError } from '../base/errors.js';
import { inbandKeys } from '../media/inband/inband-keys.js';
import type { MediaSession } from '../media/media-session.js';
import type { CallLeg } from './call-leg.js';
import { untilPlayed } from './played-sound.js';

/** How keys are sent; `auto` takes the first way that the other side accepts: events in RTP, INFO, tones. */
export const KEY_METHODS = ['auto', 'rtp', 'info', 'inband'] as const;
export type KeyMethod = (typeof KEY_METHODS)[number];

/** The call in which keys are pressed. */
interface PressingCall {
  readonly media: MediaSession;
  readonly leg: CallLeg;
  /** Aborted when the call is over. */
  readonly ending: AbortSignal;
}

/** How long a key sent by INFO is said to be pressed. */
const PRESS_MILLISECONDS = 160;

/**
 * Sends keys, one after the other; resolves when the last one is over. Rejects with NOT_SUPPORTED where the other
 * side takes none this way, CANCELLED when the call ends before.
 */
export async function pressKeys(digits: string, method: KeyMethod, call: PressingCall): Promise<void> {
  const { media, leg, ending } = call;
  switch (method) {
    case 'rtp':
      return media.sendDtmf(digits);
    case 'info':
      return byInfo(digits, leg);
    case 'inband':
      return untilPlayed(media, inbandKeys(digits), ending);
    case 'auto':
      return byWhatIsTaken(digits, call);
  }
}

/** The answer may still be on its way, so that nobody knows yet whether the other side takes events in RTP. */
async function byWhatIsTaken(digits: string, call: PressingCall): Promise<void> {
  if (call.media.canSendKeys === false) return byInfoOrTones(digits, call);
  try {
    await call.media.sendDtmf(digits);
  } catch (error) {
    if (!(error instanceof SipsirenError) || error.code !== 'NOT_SUPPORTED') throw error;
    return byInfoOrTones(digits, call);
  }
}

async function byInfo(digits: string, leg: CallLeg): Promise<void> {
  // INFO requests would overtake each other.
  for (const digit of digits) await leg.sendKey(digit, PRESS_MILLISECONDS);
}

/** The first key tells whether INFO is taken; a peer that took one is not sent the rest another way. */
async function byInfoOrTones(digits: string, { media, leg, ending }: PressingCall): Promise<void> {
  const [first = '', ...rest] = Array.from(digits);
  try {
    await leg.sendKey(first, PRESS_MILLISECONDS);
  } catch (error) {
    if (!(error instanceof SipsirenError) || error.code !== 'NOT_SUPPORTED') throw error;
    return untilPlayed(media, inbandKeys(digits), ending);
  }
  return byInfo(rest.join(''), leg);
}
