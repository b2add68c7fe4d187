import type { Problem } from '../config/problem.js';
import type { Rule } from '../rules/rule.js';
import { escalationProblems } from '../siren/escalation-problems.js';
import { type ReadProfile, readPortable } from '../siren/portable-profile.js';
import type { Profile } from '../siren/profile.js';
import { LIMITS } from './limits.js';
import { rulesNaming } from '../rules/references.js';
import { quoted } from './words.js';

/** What happens to the profiles that are there: they stay; they go; those of the same name are replaced. */
export const IMPORT_MODES = ['add', 'deleteAndAdd', 'overwrite'] as const;

export type ImportMode = (typeof IMPORT_MODES)[number];

interface ImportWish {
  readonly mode: ImportMode;
  /** The profiles of the file as they stand in it. */
  readonly file: readonly Readonly<Record<string, unknown>>[];
  readonly present: readonly Profile[];
  readonly rules: readonly Rule[];
}

/** What an import makes of the profiles, or everything that is wrong with it; then nothing is changed. */
export interface ImportOutcome {
  readonly profiles: readonly Profile[];
  /** Names, as in the file. */
  readonly added: readonly string[];
  readonly overwritten: readonly string[];
  readonly deleted: readonly string[];
  readonly problems: readonly Problem[];
}

/** Holds a file of profiles against what is there. Pure; paths are those of the request, `profiles[2].light.speed`. */
export function importProfiles({ mode, file, present, rules }: ImportWish): ImportOutcome {
  const read = file.map((raw, index) => readPortable(raw, `profiles[${index}]`));
  const fresh = new Map<string, Profile>();
  for (const { profile } of read) if (profile) fresh.set(profile.name, profile);
  const kept = mode === 'deleteAndAdd' ? [] : present;
  const known = new Set<string>(present.map(({ name }) => name));
  const replaced = kept.map((profile) => fresh.get(profile.name) ?? profile);
  const keptNames = new Set<string>(kept.map(({ name }) => name));
  const profiles = [...replaced, ...[...fresh.values()].filter(({ name }) => !keptNames.has(name))];
  const names = new Set<string>(profiles.map(({ name }) => name));
  const deleted = [...known].filter((name) => !names.has(name));
  return {
    profiles,
    added: [...fresh.keys()].filter((name) => !known.has(name)),
    overwritten: [...fresh.keys()].filter((name) => known.has(name)),
    deleted,
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...namedTwice(read),
      ...(mode === 'add' ? namedAlready(read, keptNames) : []),
      ...tooMany(profiles.length),
      ...missedByRules(deleted, { rules, read }),
      ...badEscalations(profiles, read),
    ],
  };
}

function namedTwice(read: readonly ReadProfile[]): Problem[] {
  const first = new Map<string, number>();
  return read.flatMap(({ profile }, index) => {
    if (!profile) return [];
    const earlier = first.get(profile.name);
    if (earlier === undefined) first.set(profile.name, index);
    return earlier === undefined
      ? []
      : [
          {
            path: `profiles[${index}].name`,
            message: `is ${quoted(profile.name)} like that of profiles[${earlier}]`,
          },
        ];
  });
}

function namedAlready(read: readonly ReadProfile[], present: ReadonlySet<string>): Problem[] {
  return read.flatMap(({ profile }, index) =>
    profile && present.has(profile.name)
      ? [
          {
            path: `profiles[${index}].name`,
            message: `is ${quoted(profile.name)}, which the device has already`,
            accepted: 'a new name, or the mode overwrite',
          },
        ]
      : [],
  );
}

function tooMany(count: number): Problem[] {
  return count <= LIMITS.profiles
    ? []
    : [
        {
          path: 'profiles',
          message: `would make ${count} profiles with those that are there`,
          accepted: `up to ${LIMITS.profiles}`,
        },
      ];
}

/** Of the profiles that the import would make; one that the file has with a fault of its own is not missed. */
function badEscalations(profiles: readonly Profile[], read: readonly ReadProfile[]): Problem[] {
  if (read.some(({ profile }) => !profile)) return [];
  return escalationProblems(profiles).map(({ index, message }) => {
    const name = profiles[index]?.name;
    const place = read.findIndex(({ profile }) => profile?.name === name);
    const path = place < 0 ? 'profiles' : `profiles[${place}].sipsiren.acknowledgement.escalation.profile`;
    return { path, message: `${quoted(name ?? '')}: ${message}` };
  });
}

/** A profile that rules run cannot vanish; one that the file has with a fault of its own is not missed. */
function missedByRules(
  deleted: readonly string[],
  { rules, read }: { readonly rules: readonly Rule[]; readonly read: readonly ReadProfile[] },
): Problem[] {
  if (read.some(({ profile }) => !profile)) return [];
  return deleted.flatMap((name) => {
    const users = rulesNaming(rules, 'profile', name);
    if (users.length === 0) return [];
    const which = users.map((rule) => quoted(rule.name)).join(', ');
    return [
      {
        path: 'profiles',
        message: `lacks ${quoted(name)}, which is used by ${users.length === 1 ? 'the rule' : 'the rules'} ${which}`,
        accepted: 'a file that has it, another mode, or rules changed first',
      },
    ];
  });
}
