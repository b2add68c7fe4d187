import { z } from 'zod';
import type { Intent } from '../intent.js';
import { referenceTo } from '../reference.js';
import type { ActionContext, ActionKind } from './action-kind.js';
import { ruleCallFields } from './rule-call.js';

const schema = z
  .strictObject({
    kind: z.literal('call.place'),
    run: z
      .enum(['once', 'whileActive'])
      .default('once')
      .describe('Call once, or call and hang up when the rule ends.'),
    ...ruleCallFields,
  })
  .refine(({ to, contact }) => (to === undefined) !== (contact === undefined), {
    path: ['to'],
    error: 'is needed, or a contact in its place, not both',
  });

type Settings = z.infer<typeof schema>;

/** Make a call, once or for as long as the rule is active. */
export const callPlaceAction = {
  kind: 'call.place',
  schema,
  endsWithDevice: true,
  lasts: ({ run }: Settings) => run === 'whileActive',
  begin: ({ kind: _kind, run, ...call }: Settings, { owner, cause }: ActionContext): Intent => ({
    kind: 'call.place',
    call,
    ...(run === 'whileActive' && { owner }),
    cause,
  }),
  undo: (_settings: Settings, { owner, cause }: ActionContext): Intent => ({
    kind: 'call.hangUp',
    owner,
    cause,
  }),
  causes: ['call.state', 'call.stateChange', 'call.dtmf', 'call.dtmfSequence'],
  references: ({ account, contact, play }: Settings) => [
    ...referenceTo('account', 'account', account),
    ...referenceTo('contact', 'contact', contact),
    ...(play?.kind === 'profile' ? referenceTo('profile', 'play.profile', play.profile) : []),
  ],
  describe: ({ to, contact, run }: Settings) =>
    `call ${to ?? `the contact ${contact}`}${run === 'whileActive' ? ' while the rule is active' : ''}`,
} satisfies ActionKind<Settings>;
