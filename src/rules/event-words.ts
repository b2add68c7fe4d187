import { z } from 'zod';
import type { AccountId, CallId, DtmfSequenceId, ProfileName } from '../base/ids.js';
import type { CallIdentity, CallState, DeviceEvent } from '../events/device-event.js';
import { parsedUri } from '../calls/parsed-address.js';
import { accountRegistrationCondition } from './conditions/account-registration.js';
import { problemsOfEvent } from './event-examples.js';
import { rulesSchema } from './rule.js';

/** Where a guard of the example calls from; an address for documentation (RFC 5737). */
const SOMEWHERE = '192.0.2.1';

const address = z
  .string()
  .trim()
  .min(1)
  .max(512)
  .refine((text) => parsedUri(uriOf(text, SOMEWHERE)) !== undefined, {
    error: 'is no SIP address and no user of one',
    params: { accepted: 'such as sip:guard@10.0.0.5, or only its user: guard, 1003' },
  });

/** Who is in a call; what is left out is a guard who calls the device. */
const partyFields = {
  direction: z.enum(['Incoming', 'Outgoing']).default('Incoming'),
  from: address.optional().describe('Who calls: a SIP URI, or only its user.'),
  to: address.optional().describe('Whom: a SIP URI, or only an extension.'),
  account: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe('The id of the account; left out, the peer-to-peer one.'),
};
const id = z.string().trim().min(1).max(100);

/** What happens, as a person writes it: one of these. */
const wordKinds = {
  call: z
    .strictObject({
      ...partyFields,
      state: z.enum(['Calling', 'Ringing', 'Active', 'Ended']).default('Active'),
    })
    .describe('A call comes to this state, by the way calls go.'),
  dtmf: z
    .strictObject({
      ...partyFields,
      digits: z
        .string()
        .trim()
        .toUpperCase()
        .regex(/^[0-9A-D#*]{1,64}$/, '1 to 64 of 0-9, A-D, # and *'),
    })
    .describe('Keys are pressed in a call.'),
  registration: z.strictObject({
    account: id,
    state: accountRegistrationCondition.schema.shape.state,
  }),
  virtualInput: z.strictObject({ input: z.int().min(1).max(64), active: z.boolean().default(true) }),
  digitalInput: z.strictObject({ port: z.int().min(0).max(999), active: z.boolean().default(true) }),
  manualTrigger: z.strictObject({ trigger: id, active: z.boolean().default(true) }),
  schedule: z.strictObject({ schedule: id, active: z.boolean().default(true) }),
  pulse: z.strictObject({ schedule: id }),
  profile: z.strictObject({ profile: id, running: z.boolean().default(true) }),
  mqtt: z.strictObject({
    subscription: id,
    topic: z.string().max(1_024),
    payload: z.string().max(65_536).default(''),
  }),
  event: z
    .looseObject({ type: z.string() })
    .superRefine((event, context) => {
      for (const { field, message, accepted } of problemsOfEvent(event)) {
        context.addIssue({ code: 'custom', path: [field], message, params: { accepted } });
      }
    })
    .describe('Any event as the device reports it.'),
};

const ONE_THING = `Say one thing that happens: ${Object.keys(wordKinds).join(', ')}.`;

const wordSchema = z
  .strictObject(wordKinds)
  .partial()
  .refine((words) => Object.values(words).filter((value) => value !== undefined).length === 1, {
    error: ONE_THING,
  });

/** A question to the dry run. */
export const dryRunSchema = z
  .strictObject({
    ...wordKinds,
    at: z
      .string()
      .refine((text) => z.iso.datetime({ offset: true }).safeParse(text).success, {
        error: 'is no time',
        params: { accepted: 'ISO 8601 with an offset, such as 2026-12-06T03:00:00+01:00' },
      })
      .optional()
      .describe('When: ISO 8601 with an offset; left out, now.'),
    assume: z
      .array(wordSchema)
      .max(100)
      .default([])
      .describe('What is so beforehand, beside what is so now.'),
    rules: rulesSchema.optional().describe('In place of the rules that are saved.'),
  })
  .partial()
  .refine(
    ({ at: _at, assume: _assume, rules: _rules, ...words }) =>
      Object.values(words).filter((word) => word !== undefined).length === 1,
    { path: [], error: ONE_THING },
  );

export type EventWords = z.infer<typeof wordSchema>;

/** What words leave open. */
export interface EventWordsContext {
  /** The host that the device is called at. */
  readonly host: string;
  readonly account: string;
  /** The DTMF sequences of the settings. */
  readonly sequences: readonly {
    readonly id: DtmfSequenceId;
    readonly sequence: string;
    readonly description: string;
  }[];
}

type Writer<Kind extends keyof EventWords> = (
  words: NonNullable<EventWords[Kind]>,
  context: EventWordsContext,
) => readonly DeviceEvent[];

const WRITERS: { readonly [Kind in keyof typeof wordKinds]: Writer<Kind> } = {
  call: (call, context) => eventsOfCall(identityOf(call, context), call.state),
  dtmf: ({ digits, ...call }, context) => {
    const identity = identityOf(call, context);
    const dialled = context.sequences.filter(({ sequence }) => digits.endsWith(sequence));
    return [
      { type: 'call.dtmf', ...identity, digit: digits.slice(-1), method: 'rtp', keys: digits },
      ...dialled.map(({ id: sequenceId, sequence, description }) => ({
        type: 'call.dtmfSequence' as const,
        ...identity,
        sequenceId,
        sequence,
        description,
      })),
    ];
  },
  registration: ({ account, state }) => [
    { type: 'account.registration', account: account as AccountId, state },
  ],
  virtualInput: ({ input, active }) => [{ type: 'input.virtual', input, name: '', active }],
  digitalInput: ({ port, active }) => [
    { type: 'input.digital', port, name: '', direction: 'input', state: active ? 'active' : 'inactive' },
  ],
  manualTrigger: ({ trigger, active }) => [{ type: 'trigger.manual', trigger, name: '', active }],
  schedule: ({ schedule, active }) => [{ type: 'schedule', schedule, name: '', active }],
  pulse: ({ schedule }) => [{ type: 'pulse', schedule, name: '' }],
  profile: ({ profile, running }) =>
    (['light', 'siren'] as const).map((part) => ({
      type: 'activity' as const,
      function: part,
      change: running ? ('started' as const) : ('ended' as const),
      running,
      activityId: 0,
      profile: profile as ProfileName,
      priority: 1,
      cause: 'a dry run',
    })),
  mqtt: ({ subscription, topic, payload }) => [
    { type: 'mqtt.message', subscription, topic, payload, retained: false },
    { type: 'mqtt.state', subscription, topic, payload },
  ],
  event: (event) => [event as unknown as DeviceEvent],
};

/** The events that words mean, in the order in which the device would report them. */
export function eventsOf(words: EventWords, context: EventWordsContext): readonly DeviceEvent[] {
  return (Object.keys(WRITERS) as (keyof typeof WRITERS)[]).flatMap((kind) => {
    const given = words[kind];
    return given === undefined ? [] : (WRITERS[kind] as Writer<typeof kind>)(given, context);
  });
}

/** What must be so for the words to make sense: the call that ends, or in which keys are pressed, is active. */
export function presumedBy({ call, dtmf }: EventWords, context: EventWordsContext): readonly DeviceEvent[] {
  const party = call?.state === 'Ended' ? call : dtmf;
  return party === undefined ? [] : eventsOfCall(identityOf(party, context), 'Active');
}

interface Party {
  readonly direction: 'Incoming' | 'Outgoing';
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly account?: string | undefined;
}

function identityOf({ direction, from, to, account }: Party, context: EventWordsContext): CallIdentity {
  const isIncoming = direction === 'Incoming';
  const caller = uriOf(from ?? 'guard', isIncoming ? SOMEWHERE : context.host);
  const called = uriOf(to ?? '1001', isIncoming ? context.host : SOMEWHERE);
  return {
    // The same two are in the same call; who calls somebody else meanwhile is in another one.
    callId: `${direction} ${caller} ${called}` as CallId,
    direction,
    account: (account ?? context.account) as AccountId,
    localUri: isIncoming ? called : caller,
    remoteUri: isIncoming ? caller : called,
  };
}

function uriOf(text: string, host: string): string {
  if (/^[a-z]+:/i.test(text)) return text;
  return text.includes('@') ? `sip:${text}` : `sip:${text}@${host}`;
}

function eventsOfCall(call: CallIdentity, until: 'Calling' | 'Ringing' | 'Active' | 'Ended'): DeviceEvent[] {
  const isIncoming = call.direction === 'Incoming';
  const state = (value: CallState): DeviceEvent => ({ type: 'call.state', ...call, state: value });
  const change = (
    reason: 'Initiated' | 'AcceptedByDevice' | 'AcceptedByRemote' | 'Terminated',
  ): DeviceEvent => ({
    type: 'call.stateChange',
    ...call,
    reason,
  });
  const beginning = isIncoming ? [state('Ringing')] : [change('Initiated'), state('Calling')];
  if (until === 'Calling' || until === 'Ringing')
    return isIncoming ? [state(until)] : [...beginning.slice(0, 1), state(until)];
  const accepted = change(isIncoming ? 'AcceptedByDevice' : 'AcceptedByRemote');
  const active = [...beginning, accepted, state('Active')];
  return until === 'Active' ? active : [change('Terminated'), state('Idle')];
}
