import { z } from 'zod';
import type { DeviceEvent, DeviceEventType } from '../../events/device-event.js';
import type { FactChange } from '../fact-change.js';
import type { Facts } from '../facts.js';
import type { Reference } from '../reference.js';

/** What every condition carries beside the fields of its kind. */
export const conditionFields = {
  invert: z
    .boolean()
    .default(false)
    .describe('Invert this condition: it is met when it would otherwise not be.'),
  trigger: z
    .boolean()
    .default(false)
    .describe(
      'Use this condition as a trigger: it only starts the rule, which goes on for as long as the other conditions are met. First condition only.',
    ),
};

interface ConditionSettings {
  readonly kind: string;
  readonly invert: boolean;
  readonly trigger: boolean;
}

/** Where a condition waits: only changes of this topic that carry one of the keys are shown to it. */
export interface Interest {
  readonly topic: DeviceEventType;
  readonly keys: readonly string[];
}

/**
 * What a change meant to a condition: nothing; that it may hold or not hold now; or that it held already and has
 * one more reason to, such as another call to the same extension.
 */
export type Observation = 'unconcerned' | 'changed' | 'renewed';

/** A condition that holds or does not; it counts along with the changes it is shown. */
export interface StatefulCondition {
  readonly stateful: true;
  readonly interest: Interest;
  /** Before inversion. */
  readonly holds: boolean;
  /** Starts anew from what is known. */
  load(facts: Facts): void;
  /** Takes a change in and says what it meant. */
  observe(change: FactChange): Observation;
}

/** A condition that is met for the instant of an event. */
export interface StatelessCondition {
  readonly stateful: false;
  readonly interest: Interest;
  matches(change: FactChange): boolean;
}

export type CompiledCondition = StatefulCondition | StatelessCondition;

/** One thing a condition asks of an event, and what the event said. */
export interface Comparison {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  readonly fits: boolean;
}

/** A kind of condition. One small file each; the folder's index lists them. */
export interface ConditionKind<Settings extends ConditionSettings> {
  readonly kind: Settings['kind'];
  readonly schema: z.ZodType<Settings>;
  /** Whether it holds for a while, or is met for an instant. */
  readonly stateful: boolean;
  /** The events that can change or meet it. */
  readonly topics: readonly DeviceEventType[];
  compile(settings: Settings): CompiledCondition;
  /** What the settings name that stands elsewhere in the configuration. */
  references(settings: Settings): readonly Reference[];
  /** For a person: `a call to 1001 is Active`. */
  describe(settings: Settings): string;
  /** How an event of one of its topics compares with the settings; only asked when somebody wants to know. */
  compare(settings: Settings, event: DeviceEvent): readonly Comparison[];
}
