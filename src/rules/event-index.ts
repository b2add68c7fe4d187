import type { DeviceEventType } from '../events/device-event.js';
import type { CompiledCondition } from './conditions/condition-kind.js';
import type { CompiledRule } from './compiled-rule.js';
import type { RuleMachine } from './rule-machine.js';

/** One condition of one rule, waiting. */
interface Waiter {
  readonly machine: RuleMachine;
  readonly condition: CompiledCondition;
}

/** Finds the conditions that a change can concern, without a look at the others. */
export class EventIndex {
  readonly #topics = new Map<DeviceEventType, Map<string, Set<Waiter>>>();
  readonly #waitersOf = new Map<CompiledRule, readonly Waiter[]>();

  add(machine: RuleMachine, compiled: CompiledRule): void {
    const waiters = compiled.conditions.map((condition) => ({ machine, condition }));
    this.#waitersOf.set(compiled, waiters);
    for (const waiter of waiters) {
      const { topic, keys } = waiter.condition.interest;
      let byKey = this.#topics.get(topic);
      if (byKey === undefined) this.#topics.set(topic, (byKey = new Map<string, Set<Waiter>>()));
      for (const key of keys) {
        const waiting = byKey.get(key);
        if (waiting === undefined) byKey.set(key, new Set([waiter]));
        else waiting.add(waiter);
      }
    }
  }

  remove(compiled: CompiledRule): void {
    for (const waiter of this.#waitersOf.get(compiled) ?? []) {
      const { topic, keys } = waiter.condition.interest;
      const byKey = this.#topics.get(topic);
      for (const key of keys) {
        const waiting = byKey?.get(key);
        waiting?.delete(waiter);
        if (waiting?.size === 0) byKey?.delete(key);
      }
    }
    this.#waitersOf.delete(compiled);
  }

  /** The conditions waiting for this topic, by key; none where nobody waits for it. */
  waitersFor(topic: DeviceEventType): ReadonlyMap<string, ReadonlySet<Waiter>> | undefined {
    const byKey = this.#topics.get(topic);
    return byKey?.size === 0 ? undefined : byKey;
  }
}
