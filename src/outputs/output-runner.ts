import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { OutputDriver } from './output-driver.js';
import { OutputLane } from './output-lane.js';
import type { OutputState } from './output-state.js';
import type { Show } from './show.js';

export interface OutputRunnerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly drivers: readonly OutputDriver[];
}

/** How one output does. */
export type OutputStatus = { readonly kind: string } & OutputState;

/**
 * Carries every show to all outputs. The first picture of a change goes out before `show` returns, in the same
 * tick as the event that caused it; a pattern that moves is then rendered at the rate of each output.
 */
export class OutputRunner {
  readonly #lanes: readonly OutputLane[];

  constructor({ clock, log, drivers }: OutputRunnerOptions) {
    const room = log.room('outputs');
    this.#lanes = drivers.map((driver) => new OutputLane({ driver, clock, log: room }));
  }

  show(show: Show): void {
    for (const lane of this.#lanes) lane.show(show);
  }

  /** The state of every output, in the order of the drivers. */
  status(): OutputStatus[] {
    return this.#lanes.map((lane) => ({ kind: lane.driver.kind, ...lane.state }));
  }

  /** Leaves every output in its safe state, dark and silent, also where closing another one fails. Idempotent. */
  async close(): Promise<void> {
    const results = await Promise.allSettled(this.#lanes.map((lane) => lane.close()));
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (failures.length > 0) throw new AggregateError(failures, 'Not every output could be closed.');
  }
}
