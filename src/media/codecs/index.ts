import type { AudioCodecKind, AudioCodecName } from './audio-codec.js';
import { G722 } from './g722.js';
import { L16 } from './l16.js';
import { OPUS } from './opus.js';
import { PCMA } from './pcma.js';
import { PCMU } from './pcmu.js';

/** Every kind of codec by its name. */
export const AUDIO_CODECS: Readonly<Record<AudioCodecName, AudioCodecKind>> = {
  PCMU,
  PCMA,
  G722,
  opus: OPUS,
  L16,
};
