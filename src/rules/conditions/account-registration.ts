import { z } from 'zod';
import type { DeviceEvent } from '../../events/device-event.js';
import { referenceTo } from '../reference.js';
import { conditionFields, type Comparison, type ConditionKind } from './condition-kind.js';
import { StateCondition } from './state-condition.js';

const schema = z.strictObject({
  kind: z.literal('account.registration'),
  state: z
    .enum(['unregistered', 'registering', 'registered', 'refused', 'unreachable', 'untrusted'])
    .describe('How the account stands with its server.'),
  account: z.string().trim().max(100).optional().describe('The id of the account; left out, any account.'),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Account > Registration: holds while the account, or any account, is in the state. */
export const accountRegistrationCondition = {
  kind: 'account.registration',
  schema,
  stateful: true,
  topics: ['account.registration'],
  compile: ({ account, state }: Settings) =>
    new StateCondition({
      topic: 'account.registration',
      source: account,
      fits: (event) => event.state === state,
    }),
  references: ({ account }: Settings) => referenceTo('account', 'account', account),
  describe: ({ account, state }: Settings) => `${nameOf(account)} is ${state}`,
  compare,
} satisfies ConditionKind<Settings>;

function compare({ state, account }: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'account.registration') return [];
  const comparisons: Comparison[] = [
    { field: 'state', expected: state, actual: event.state, fits: event.state === state },
  ];
  if (account !== undefined && account !== '') {
    comparisons.push({
      field: 'account',
      expected: account,
      actual: event.account,
      fits: event.account === account,
    });
  }
  return comparisons;
}

function nameOf(account: string | undefined): string {
  return account === undefined || account === '' ? 'any account' : `the account ${account}`;
}
