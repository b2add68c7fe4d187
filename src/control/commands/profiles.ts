import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { type Profile, profileSchema } from '../../siren/profile.js';
import { MAX_SECONDS } from '../../siren/limits.js';
import { causeOf } from '../cause.js';
import { type Command, type CommandContext, defineCommand } from '../command.js';
import { withKnownSound } from '../known-sounds.js';
import { LIMITS } from '../limits.js';
import { renameInRules, rulesNaming } from '../../rules/references.js';
import { relocatingProblems } from '../relocate-problems.js';
import { quoted } from '../words.js';

/** Started by a person: a rule that ends must not take it along. */
const OWNER = 'manual';

const byName = z.strictObject({ name: z.string().describe('The name of the profile.') });

const list = defineCommand({
  name: 'profiles.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every profile, in the order they are kept.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('profiles'),
});

const get = defineCommand({
  name: 'profiles.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One profile.',
  input: byName,
  run: (context, { name }) => find(context.services.config.get('profiles'), name),
});

const create = defineCommand({
  name: 'profiles.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds a profile. Its name must be new.',
  input: z.strictObject({ profile: profileSchema }),
  run: async (context, { profile }) =>
    add(context, () => withKnownSound(profile, { services: context.services, field: 'profile' })),
});

const copy = defineCommand({
  name: 'profiles.copy',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds a profile that is like another one but for its name.',
  input: z.strictObject({
    name: byName.shape.name,
    copy: z.strictObject({ name: profileSchema.shape.name }),
  }),
  run: async (context, { name, copy: { name: newName } }) =>
    add(context, (profiles) => ({ ...find(profiles, name), name: newName })),
});

const update = defineCommand({
  name: 'profiles.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces a profile. Under a new name it stays the one that rules refer to.',
  input: z.strictObject({ name: byName.shape.name, profile: profileSchema }),
  run: async ({ services }, { name, profile: wanted }) => {
    const profile = withKnownSound(wanted, { services, field: 'profile' });
    let place = 0;
    const change = () =>
      services.config.change(({ profiles, rules }) => {
        place = profiles.findIndex((one) => one.name === name);
        find(profiles, name);
        if (profile.name !== name) refuseTaken(profiles, profile.name);
        return {
          profiles: profiles.map((one) =>
            one.name === name ? profile : escalatingTo(one, name, profile.name),
          ),
          ...(profile.name !== name && {
            rules: renameInRules(rules, { to: 'profile', from: name, name: profile.name }),
          }),
        };
      });
    await relocatingProblems(change, { from: () => `profiles[${place}]`, to: 'profile' });
    return profile;
  },
});

const remove = defineCommand({
  name: 'profiles.delete',
  kind: 'command',
  role: 'administrator',
  summary:
    'Deletes a profile. While rules use it that is refused, unless withRules deletes these rules as well.',
  input: z.strictObject({ name: byName.shape.name, withRules: z.boolean().default(false) }),
  run: async ({ services }, { name, withRules }) => {
    await services.config.change(({ profiles, rules }) => {
      find(profiles, name);
      refuseEscalatedTo(profiles, name);
      const users = rulesNaming(rules, 'profile', name);
      if (users.length > 0 && !withRules) throw inUse(name, users);
      return {
        profiles: profiles.filter((one) => one.name !== name),
        rules: rules.filter((rule) => !users.includes(rule)),
      };
    });
  },
});

const start = defineCommand({
  name: 'profiles.start',
  kind: 'command',
  role: 'operator',
  summary:
    'Starts a profile, for other seconds than it says where wanted. The answer has the id of each activity that began.',
  input: z.strictObject({
    name: byName.shape.name,
    start: z
      .strictObject({ seconds: z.int().min(1).max(MAX_SECONDS).optional() })
      .prefault({})
      .describe('How long it lasts in place of what the profile says.'),
  }),
  run: (context, { name, start: { seconds } }) =>
    context.services.siren.startProfile(name, { owner: OWNER, cause: causeOf(context), seconds }),
});

const stop = defineCommand({
  name: 'profiles.stop',
  kind: 'command',
  role: 'operator',
  summary: 'Stops a profile, whoever started it. Stopped is false where it was not there.',
  input: byName,
  run: (context, { name }) => {
    // A deleted profile may still be sounding and can be stopped; only an unknown one is an error.
    const stopped = context.services.siren.stopProfile(name, { cause: causeOf(context) });
    if (!stopped) find(context.services.config.get('profiles'), name);
    return { stopped };
  },
});

async function add(
  context: CommandContext,
  make: (profiles: readonly Profile[]) => Profile,
): Promise<Profile> {
  let added: Profile | undefined;
  let place = 0;
  const change = () =>
    context.services.config.change(({ profiles }) => {
      place = profiles.length;
      added = make(profiles);
      refuseTaken(profiles, added.name);
      if (profiles.length >= LIMITS.profiles) {
        throw new SipsirenError(
          'LIMIT_REACHED',
          `There can be ${LIMITS.profiles} profiles; delete one first.`,
        );
      }
      return { profiles: [...profiles, added] };
    });
  const next = await relocatingProblems(change, { from: () => `profiles[${place}]`, to: 'profile' });
  return find(next.profiles, added?.name ?? '');
}

function find(profiles: readonly Profile[], name: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (!found) throw new SipsirenError('NOT_FOUND', `There is no profile ${quoted(name)}.`);
  return found;
}

/** The same profile, where it escalates to a profile that has got another name. */
function escalatingTo(profile: Profile, from: string, name: Profile['name']): Profile {
  const { acknowledgement } = profile;
  if (acknowledgement?.escalation?.profile !== from) return profile;
  const escalation = { ...acknowledgement.escalation, profile: name };
  return { ...profile, acknowledgement: { ...acknowledgement, escalation } };
}

function refuseEscalatedTo(profiles: readonly Profile[], name: string): void {
  const users = profiles.filter((one) => one.acknowledgement?.escalation?.profile === name);
  if (users.length === 0) return;
  const names = users.map((one) => quoted(one.name)).join(', ');
  throw new SipsirenError(
    'CONFLICT',
    `The profile ${quoted(name)} is what ${users.length === 1 ? 'the profile' : 'the profiles'} ${names} ` +
      'escalates to. Change that first.',
  );
}

function refuseTaken(profiles: readonly Profile[], name: string): void {
  if (!profiles.some((profile) => profile.name === name)) return;
  throw new SipsirenError(
    'CONFLICT',
    `There is a profile ${quoted(name)} already; give this one another name.`,
    {
      path: 'name',
    },
  );
}

function inUse(name: string, users: readonly { readonly name: string }[]): SipsirenError {
  const names = users.map((rule) => quoted(rule.name)).join(', ');
  return new SipsirenError(
    'CONFLICT',
    `The profile ${quoted(name)} is used by ${users.length === 1 ? 'the rule' : 'the rules'} ${names}. ` +
      'Change or delete them first, or delete them together with the profile.',
  );
}

export const PROFILE_COMMANDS = [list, get, create, copy, update, remove, start, stop] as readonly Command[];
