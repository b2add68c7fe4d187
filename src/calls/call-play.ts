import { messageOf, SipsirenError } from '../base/errors.js';
import { continuousTone, type ToneSource } from '../media/tone-source.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import { findSoundPattern } from '../patterns/sound/index.js';
import type { SpokenText } from '../sounds/spoken-text.js';
import { STAND_IN_SOUND } from '../sounds/stand-in-sound.js';
import type { Announcements } from './announcements.js';
import { heardSound, heardTimes } from './heard-sound.js';
import { lasting } from './played-sound.js';
import type { PlayRequest } from './play-request.js';

/** What is ready to be heard: a sound, keys, or nothing. */
export type PreparedPlay =
  | { readonly kind: 'sound'; readonly source: ToneSource }
  | { readonly kind: 'keys'; readonly digits: string }
  | { readonly kind: 'nothing' };

/** Between two times that a text is spoken. */
const PAUSE_SECONDS = 0.8;
const STAND_IN_SECONDS = 10;

/** Where sounds come from. */
export interface PlaySources {
  /** Default: there are no announcements. */
  readonly announcements?: Pick<Announcements, 'source'> | undefined;
  /** A sound of the siren. Throws NOT_FOUND. Default: the manual's. */
  readonly findSound?: ((name: string) => Promise<SoundPattern | undefined>) | undefined;
  /** Speaks a text. Throws PROGRAM_MISSING, PROGRAM_FAILED, TIMEOUT, LIMIT_REACHED. Default: nobody speaks. */
  readonly speak?: ((text: SpokenText) => Promise<SoundPattern>) | undefined;
}

/** What cannot be played, and what is played in its place; one sentence without its full stop. */
export type OnUnplayable = (problem: string) => void;

/**
 * Makes ready what is to be played, before the call is placed. Throws NOT_FOUND for sounds and announcements,
 * NOT_SUPPORTED, and what `PlaySources.speak` throws; where somebody wants to be told instead, an alarm sounds in its
 * place.
 */
export async function preparePlay(
  request: PlayRequest,
  sources: PlaySources,
  onUnplayable?: OnUnplayable,
): Promise<PreparedPlay> {
  try {
    return await prepared(request, sources);
  } catch (error) {
    const standIn = findSoundPattern(STAND_IN_SOUND);
    if (!onUnplayable || !standIn) throw error;
    onUnplayable(`"${STAND_IN_SOUND}" is played instead: ${messageOf(error).replace(/\.$/, '')}`);
    return { kind: 'sound', source: lasting(await heardSound(standIn), STAND_IN_SECONDS) };
  }
}

async function prepared(request: PlayRequest, sources: PlaySources): Promise<PreparedPlay> {
  switch (request.kind) {
    case 'tone':
      return { kind: 'sound', source: lasting(continuousTone(request.hertz), request.seconds) };
    case 'sound':
      return { kind: 'sound', source: lasting(await sirenSound(request.pattern, sources), request.seconds) };
    case 'announcement':
      if (!sources.announcements) throw notHere('announcements');
      return {
        kind: 'sound',
        source: await sources.announcements.source(request.name, { times: request.times }),
      };
    case 'text': {
      if (!sources.speak) throw notHere('spoken texts');
      const { times, text, voice, speed } = request;
      const spoken = await sources.speak({ text, voice, speed });
      return { kind: 'sound', source: await heardTimes(spoken, { times, pauseSeconds: PAUSE_SECONDS }) };
    }
    case 'dtmf':
      return { kind: 'keys', digits: request.digits };
    case 'nothing':
      return { kind: 'nothing' };
  }
}

/** A sound of the siren, again and again. */
async function sirenSound(name: string, { findSound }: PlaySources): Promise<ToneSource> {
  const pattern = findSound ? await findSound(name) : findSoundPattern(name);
  if (pattern) return heardSound(pattern);
  throw new SipsirenError('NOT_FOUND', `There is no sound with the name "${name}".`, {
    path: 'play.pattern',
  });
}

function notHere(what: string): SipsirenError {
  return new SipsirenError('NOT_SUPPORTED', `There are no ${what} here.`, { path: 'play' });
}
