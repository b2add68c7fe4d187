import { z } from 'zod';
import { callFilterFields, describeCall } from '../conditions/call-filter.js';
import { referenceTo, type Reference } from '../reference.js';

/** Which calls an action is for. */
export const callTargetFields = {
  calls: z
    .enum(['cause', 'fitting'])
    .default('cause')
    .describe(
      'The call that moved the rule, or every call that fits the fields below; without fields all of them.',
    ),
  ...callFilterFields,
};

const FILTER_FIELDS = ['direction', 'account', 'localUri', 'remoteUri'] as const;

export type CallTargetSettings = z.infer<z.ZodObject<typeof callTargetFields>>;

/** Which calls an intent is for: the one that moved the rule, or those that fit. */
export type CallTarget = 'cause' | Pick<CallTargetSettings, (typeof FILTER_FIELDS)[number]>;

/** For `refine`: what the causing call is like is for the conditions to say. */
export const filterOnlyForFitting: [
  (settings: CallTargetSettings) => boolean,
  { readonly path: string[]; readonly error: string },
] = [
  (settings) => settings.calls === 'fitting' || FILTER_FIELDS.every((field) => settings[field] === undefined),
  {
    path: ['calls'],
    error: 'With "cause" there is nothing to choose; fields of calls are for "fitting".',
  },
];

export function targetOf({ calls, direction, account, localUri, remoteUri }: CallTargetSettings): CallTarget {
  return calls === 'cause' ? 'cause' : { direction, account, localUri, remoteUri };
}

export function referencesOfTarget({ account }: CallTargetSettings): readonly Reference[] {
  return referenceTo('account', 'account', account);
}

/** For a person: `the call that moved the rule`. */
export function describeTarget(target: CallTarget): string {
  return target === 'cause' ? 'the call that moved the rule' : `every call that is ${describeCall(target)}`;
}
