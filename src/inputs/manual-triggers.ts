import { SipsirenError } from '../base/errors.js';
import type { EventBus } from '../events/event-bus.js';
import type { ManualTrigger } from './manual-trigger-settings.js';

interface ManualTriggersOptions {
  readonly bus: EventBus;
  readonly triggers: readonly ManualTrigger[];
}

/** What is turned on and off by hand. All are off when the device starts. */
export class ManualTriggers {
  readonly #bus: EventBus;
  readonly #on = new Set<string>();
  #triggers: readonly ManualTrigger[];

  constructor({ bus, triggers }: ManualTriggersOptions) {
    this.#bus = bus;
    this.#triggers = triggers;
  }

  /** Reports every trigger, so that it is known that they are off. */
  start(): void {
    for (const trigger of this.#triggers) this.#report(trigger);
  }

  /** Takes other triggers over. One that is deleted is off. */
  apply(triggers: readonly ManualTrigger[]): void {
    const before = this.#triggers;
    this.#triggers = triggers;
    for (const trigger of before) {
      if (triggers.some(({ id }) => id === trigger.id) || !this.#on.delete(trigger.id)) continue;
      this.#report(trigger);
    }
    for (const trigger of triggers) {
      if (!before.some(({ id }) => id === trigger.id)) this.#report(trigger);
    }
  }

  isOn(id: string): boolean {
    return this.#on.has(id);
  }

  /** Answers whether that changed it. Throws NOT_FOUND. */
  set(id: string, isOn: boolean): boolean {
    const trigger = this.#find(id);
    if (this.#on.has(id) === isOn) return false;
    if (isOn) this.#on.add(id);
    else this.#on.delete(id);
    this.#report(trigger);
    return true;
  }

  /** Turns it on and off again at once; one that is on is turned off and on before, so that it comes anew. */
  pulse(id: string): void {
    this.set(id, false);
    this.set(id, true);
    this.set(id, false);
  }

  #report({ id, name }: ManualTrigger): void {
    this.#bus.publish({ type: 'trigger.manual', trigger: id, name, active: this.#on.has(id) });
  }

  /** Throws NOT_FOUND. */
  #find(id: string): ManualTrigger {
    const found = this.#triggers.find((trigger) => trigger.id === id);
    if (found) return found;
    throw new SipsirenError('NOT_FOUND', `There is no manual trigger with the id "${id}".`);
  }
}
