import { z } from 'zod';
import type { DeviceEvent, RegistrationState } from '../../events/device-event.js';
import { keyOfRegistration } from '../registration-keys.js';
import type { FactChange } from '../fact-change.js';
import type { Facts } from '../facts.js';
import {
  conditionFields,
  type Comparison,
  type ConditionKind,
  type Interest,
  type Observation,
  type StatefulCondition,
} from './condition-kind.js';

const schema = z.strictObject({
  kind: z.literal('account.registration'),
  state: z.enum(['unregistered', 'registering', 'registered', 'refused', 'unreachable', 'untrusted']),
  /** The id of the account; left out, any account. */
  account: z.string().trim().max(100).optional(),
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Account > Registration: holds while the account, or any account, is in the state. */
export const accountRegistrationCondition = {
  kind: 'account.registration',
  schema,
  stateful: true,
  topics: ['account.registration'],
  compile: (settings: Settings) => new AccountRegistrationCondition(settings),
  describe: ({ account, state }: Settings) => `${nameOf(account)} is ${state}`,
  compare,
} satisfies ConditionKind<Settings>;

class AccountRegistrationCondition implements StatefulCondition {
  readonly stateful = true;
  readonly interest: Interest;
  readonly #state: RegistrationState;
  readonly #account: string | undefined;
  /** The fitting accounts in the state. */
  #count = 0;

  constructor({ state, account }: Settings) {
    this.#state = state;
    this.#account = account === '' ? undefined : account;
    this.interest = { topic: 'account.registration', keys: [keyOfRegistration(state, this.#account)] };
  }

  get holds(): boolean {
    return this.#count > 0;
  }

  load(facts: Facts): void {
    this.#count = 0;
    for (const { account, state } of facts.registrations) {
      if (state === this.#state && this.#concerns(account)) this.#count++;
    }
  }

  observe(change: FactChange): Observation {
    if (change.topic !== 'account.registration' || !this.#concerns(change.event.account))
      return 'unconcerned';
    const entered = change.after === this.#state;
    if (!entered && change.before !== this.#state) return 'unconcerned';
    const isRenewed = entered && this.#count > 0;
    this.#count += entered ? 1 : -1;
    return isRenewed ? 'renewed' : 'changed';
  }

  #concerns(account: string): boolean {
    return this.#account === undefined || this.#account === account;
  }
}

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
