import { SipsirenError } from '../base/errors.js';
import type { PlayRequest } from '../calls/play-request.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import type { RulePlay } from '../rules/actions/rule-play.js';
import type { IntentCause } from '../rules/intent-cause.js';
import { fillPlaceholders } from '../rules/placeholders.js';
import type { Sounds } from '../sounds/sounds.js';
import { spokenWords } from '../sounds/spoken-words.js';

export interface RulePlayParts {
  readonly config: Pick<ConfigStore<DeviceDocument>, 'get'>;
  readonly sounds: Pick<Sounds, 'ofSiren'>;
}

/**
 * What a call plays for a rule: a text with the values of the event, the siren of a profile as that sounds, with its
 * text. Throws NOT_FOUND.
 */
export function rulePlay(play: RulePlay, cause: IntentCause, { config, sounds }: RulePlayParts): PlayRequest {
  if (play.kind === 'text') {
    const text = fillPlaceholders(play.text, { cause, device: config.get('device') });
    return { ...play, text: spokenWords(text) };
  }
  if (play.kind !== 'profile') return play;
  const siren = config.get('profiles').find(({ name }) => name === play.profile)?.siren;
  const sound = siren && sounds.ofSiren(siren);
  if (sound) return { kind: 'sound', pattern: sound.name, seconds: play.seconds };
  throw new SipsirenError('NOT_FOUND', `There is no profile "${play.profile}" with a siren to play.`);
}
