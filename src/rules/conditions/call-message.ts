import { z } from 'zod';
import { messageOf } from '../../base/errors.js';
import type { DeviceEvent } from '../../events/device-event.js';
import { keysOfFilter, MESSAGE_KEY } from '../call-keys.js';
import type { FactChange } from '../fact-change.js';
import { referenceTo } from '../reference.js';
import { compileTextMatch, type TextMatchSettings } from '../text/text-match.js';
import { CallFilter, callFilterFields, compareCall, describeCall } from './call-filter.js';
import {
  conditionFields,
  type Comparison,
  type ConditionKind,
  type StatelessCondition,
} from './condition-kind.js';

const schema = z
  .strictObject({
    kind: z.literal('call.message'),
    text: z
      .string()
      .max(500)
      .optional()
      .describe('What the message must say; left out, or empty, any message.'),
    match: z
      .enum(['exact', 'contains', 'expression'])
      .default('contains')
      .describe('Whether the text is the whole message, stands in it, or is a regular expression.'),
    ignoreCase: z.boolean().default(true).describe('Whether upper and lower case are alike.'),
    ...callFilterFields,
    ...conditionFields,
  })
  .superRefine((settings, context) => {
    try {
      compileTextMatch(matchOf(settings));
    } catch (error) {
      context.addIssue({
        code: 'custom',
        path: ['text'],
        message: `is no regular expression that can be used: ${messageOf(error)}`,
      });
    }
  });

type Settings = z.infer<typeof schema>;

/** Call > Message received: met by a SIP MESSAGE that fits, within a call or by itself. */
export const callMessageCondition = {
  kind: 'call.message',
  schema,
  stateful: false,
  topics: ['message.received'],
  compile,
  references: ({ account }: Settings) => referenceTo('account', 'account', account),
  describe: (settings: Settings) => `${describeCall(settings, 'message')}${wantedOf(settings)} is received`,
  compare,
} satisfies ConditionKind<Settings>;

function compile(settings: Settings): StatelessCondition {
  const filter = new CallFilter(settings);
  const says = compileTextMatch(matchOf(settings));
  return {
    stateful: false,
    interest: { topic: 'message.received', keys: keysOfFilter(MESSAGE_KEY, filter) },
    matches: (change: FactChange) =>
      change.topic === 'message.received' && filter.fits(change.event) && says(change.event.text),
  };
}

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'message.received') return [];
  const calls = compareCall(settings, event);
  if (isAnyText(settings)) return calls;
  const fits = compileTextMatch(matchOf(settings))(event.text);
  return [...calls, { field: 'text', expected: wantedOf(settings).trim(), actual: event.text, fits }];
}

function matchOf({ text = '', match, ignoreCase }: Settings): TextMatchSettings {
  return text === '' ? { text, match: 'contains', ignoreCase } : { text, match, ignoreCase };
}

function isAnyText({ text = '' }: Settings): boolean {
  return text === '';
}

function wantedOf(settings: Settings): string {
  if (isAnyText(settings)) return '';
  const { text = '', match } = settings;
  switch (match) {
    case 'exact':
      return ` that says "${text}"`;
    case 'contains':
      return ` with "${text}" in it`;
    case 'expression':
      return ` that fits /${text}/`;
  }
}
