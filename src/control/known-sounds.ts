import { SipsirenError } from '../base/errors.js';
import { InvalidValueError } from '../config/invalid-value-error.js';
import { ownSoundName, ownSoundPattern } from '../patterns/own-sound-name.js';
import { patternKey } from '../patterns/pattern-key.js';
import type { Profile } from '../siren/profile.js';
import type { Services } from './services.js';
import { quoted } from './words.js';

type Sounding = Pick<Profile, 'siren'>;

/**
 * The same profiles, their own sounds in the spelling by which they are stored. Throws INVALID_VALUE with every place
 * that names an own sound which is not there; `pathOf` gives the place of a profile, with its dot where one follows.
 */
export function withKnownSounds<One extends Sounding>(
  profiles: readonly One[],
  {
    services,
    pathOf,
  }: { readonly services: Pick<Services, 'sounds'>; readonly pathOf: (index: number) => string },
): One[] {
  const { own } = services.sounds;
  const problems = profiles.flatMap(({ siren }, index) => {
    const name = siren && ownSoundName(siren.pattern);
    if (name === undefined || own.find(name)) return [];
    const there = own.list().map(({ pattern }) => pattern);
    return [
      {
        path: `${pathOf(index)}siren.pattern`,
        message: `There is no own sound ${quoted(name)}.`,
        accepted:
          there.length === 0 ? 'a sound pattern; no own sound is stored' : `one of ${there.join(', ')}`,
      },
    ];
  });
  if (problems.length > 0) throw new InvalidValueError(problems);
  return profiles.map((profile) => {
    const name = profile.siren && ownSoundName(profile.siren.pattern);
    const stored = name === undefined ? undefined : own.find(name);
    if (!profile.siren || !stored) return profile;
    return { ...profile, siren: { ...profile.siren, pattern: ownSoundPattern(stored.name) } };
  });
}

/** One profile, or what is like one, of the input's field `field`. */
export function withKnownSound<One extends Sounding>(
  profile: One,
  { services, field }: { readonly services: Pick<Services, 'sounds'>; readonly field: string },
): One {
  return withKnownSounds([profile], { services, pathOf: () => `${field}.` })[0] ?? profile;
}

/** Throws CONFLICT with the profiles that use the own sound. */
export function refuseUsedSound(profiles: readonly Profile[], name: string): void {
  const key = patternKey(name);
  const users = profiles.filter(({ siren }) => {
    const own = siren && ownSoundName(siren.pattern);
    return own !== undefined && patternKey(own) === key;
  });
  if (users.length === 0) return;
  const names = users.map((profile) => quoted(profile.name)).join(', ');
  throw new SipsirenError(
    'CONFLICT',
    `The own sound ${quoted(name)} is used by ${users.length === 1 ? 'the profile' : 'the profiles'} ${names}. ` +
      'Give them another sound first.',
  );
}
