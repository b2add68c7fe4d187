import { z } from 'zod';
import type { CallState, DeviceEvent } from '../../events/device-event.js';
import { keysOfFilter } from '../call-keys.js';
import type { FactChange } from '../fact-change.js';
import type { Facts } from '../facts.js';
import { referenceTo } from '../reference.js';
import { CallFilter, callFilterFields, compareCall, describeCall } from './call-filter.js';
import {
  conditionFields,
  type Comparison,
  type ConditionKind,
  type Interest,
  type Observation,
  type StatefulCondition,
} from './condition-kind.js';

const schema = z.strictObject({
  kind: z.literal('call.state'),
  state: z
    .enum(['Idle', 'Calling', 'Ringing', 'Active'])
    .describe('What at least one call that fits must be; Idle: no call fits.'),
  ...callFilterFields,
  ...conditionFields,
});

type Settings = z.infer<typeof schema>;

/** Call > State: holds while any call that fits is in the state; Idle holds while none is in another. */
export const callStateCondition = {
  kind: 'call.state',
  schema,
  stateful: true,
  topics: ['call.state'],
  compile: (settings: Settings) => new CallStateCondition(settings),
  references: ({ account }: Settings) => referenceTo('account', 'account', account),
  describe: (settings: Settings) =>
    settings.state === 'Idle'
      ? `there is not ${describeCall(settings)}`
      : `there is ${describeCall(settings)} in state ${settings.state}`,
  compare,
} satisfies ConditionKind<Settings>;

class CallStateCondition implements StatefulCondition {
  readonly stateful = true;
  readonly interest: Interest;
  readonly #state: CallState;
  readonly #filter: CallFilter;
  /** The fitting calls in the state; for Idle those that are not. */
  #count = 0;

  constructor(settings: Settings) {
    this.#state = settings.state;
    this.#filter = new CallFilter(settings);
    this.interest = { topic: 'call.state', keys: keysOfFilter(settings.state, this.#filter) };
  }

  get holds(): boolean {
    return this.#state === 'Idle' ? this.#count === 0 : this.#count > 0;
  }

  load(facts: Facts): void {
    this.#count = 0;
    for (const call of facts.calls) {
      if ((this.#state === 'Idle' || call.state === this.#state) && this.#filter.fits(call)) this.#count++;
    }
  }

  observe(change: FactChange): Observation {
    if (change.topic !== 'call.state' || !this.#filter.fits(change.event)) return 'unconcerned';
    const entered = change.after === this.#state;
    if (!entered && change.before !== this.#state) return 'unconcerned';
    const isRenewed = entered && this.#state !== 'Idle' && this.#count > 0;
    this.#count += entered === (this.#state === 'Idle') ? -1 : 1;
    return isRenewed ? 'renewed' : 'changed';
  }
}

function compare(settings: Settings, event: DeviceEvent): readonly Comparison[] {
  if (event.type !== 'call.state') return [];
  const fits = event.state === settings.state;
  return [
    { field: 'state', expected: settings.state, actual: event.state, fits },
    ...compareCall(settings, event),
  ];
}
