import { SipsirenError } from '../base/errors.js';
import { recordedSound } from '../media/recorded-sound.js';
import { continuousTone, type ToneSource } from '../media/tone-source.js';
import { renderSound } from '../patterns/render-sound.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import type { Announcements } from './announcements.js';
import { lasting } from './played-sound.js';
import type { PlayRequest } from './play-request.js';

/** What is ready to be heard: a sound, keys, or nothing. */
export type PreparedPlay =
  | { readonly kind: 'sound'; readonly source: ToneSource }
  | { readonly kind: 'keys'; readonly digits: string }
  | { readonly kind: 'nothing' };

/** Good enough for every codec, and a third of the memory of 48 kHz. */
const SOUND_RATE = 16_000;
/** A step below the loudest: telephones distort at full scale. */
const SOUND_INTENSITY = 4;

/** Where sounds come from. */
export interface PlaySources {
  /** Default: there are no announcements. */
  readonly announcements?: Pick<Announcements, 'source'> | undefined;
  /** A sound of the siren. Throws NOT_FOUND. */
  readonly findSound: (name: string) => Promise<SoundPattern | undefined>;
}

/** Makes ready what is to be played, before the call is placed. Throws NOT_FOUND and NOT_SUPPORTED for announcements. */
export async function preparePlay(
  request: PlayRequest,
  { announcements, findSound }: PlaySources,
): Promise<PreparedPlay> {
  switch (request.kind) {
    case 'tone':
      return { kind: 'sound', source: lasting(continuousTone(request.hertz), request.seconds) };
    case 'sound':
      return {
        kind: 'sound',
        source: lasting(await sirenSound(request.pattern, findSound), request.seconds),
      };
    case 'announcement':
      if (!announcements) {
        throw new SipsirenError('NOT_SUPPORTED', 'There are no announcements here.', { path: 'play' });
      }
      return {
        kind: 'sound',
        source: await announcements.source(request.name, { times: request.times }),
      };
    case 'dtmf':
      return { kind: 'keys', digits: request.digits };
    case 'nothing':
      return { kind: 'nothing' };
  }
}

/** A sound of the siren, again and again. */
async function sirenSound(name: string, findSound: PlaySources['findSound']): Promise<ToneSource> {
  const pattern = await findSound(name);
  if (pattern === undefined) {
    throw new SipsirenError('NOT_FOUND', `There is no sound with the name "${name}".`, {
      path: 'play.pattern',
    });
  }
  const samples = await renderSound(pattern, { sampleRate: SOUND_RATE, intensity: SOUND_INTENSITY });
  return recordedSound({ samples, rate: SOUND_RATE, times: Infinity });
}
