import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { SAFE_FLASH_RATE } from '../patterns/flash-rate.js';
import { createDriver } from './drivers/index.js';
import type { FlashLimit } from './flash-limiter.js';
import type { MqttPublisher } from './mqtt-publisher.js';
import type { OutputContext } from './output-kind.js';
import type { OutputDriver } from './output-driver.js';
import { OutputLane } from './output-lane.js';
import type { OutputSettings } from './output-settings.js';
import type { OutputState } from './output-state.js';
import type { Show, ShownPage } from './show.js';

export interface OutputRunnerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Outputs that are always there; each goes by its kind. */
  readonly drivers: readonly OutputDriver[];
  /** Makes the driver of a configured output. Default: by the kinds there are. */
  readonly createDriver?: (settings: OutputSettings, context: OutputContext) => OutputDriver;
  /** The broker that outputs speak through. Default: there is none. */
  readonly mqtt?: MqttPublisher;
  /** How fast light may flash on any output. Default: three times a second. */
  readonly flashLimit?: FlashLimit;
  /** Told whenever an output begins or ceases to fail, or fails for another reason. */
  readonly onState?: (status: OutputStatus) => void;
  /** Told what an output has come to show, with the parts of it that it can show. */
  readonly onShown?: (output: Pick<OutputStatus, 'id' | 'name' | 'kind'>, show: Show) => void;
}

/** How one output does. */
export type OutputStatus = {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
} & OutputState;

/** The place of one output. */
interface Slot {
  settings: OutputSettings;
  readonly isLasting: boolean;
  /** None while the output's earlier form is being closed. */
  lane: OutputLane | undefined;
}

/**
 * Carries every show to all outputs. The first picture of a change goes out before `show` returns, in the same
 * tick as the event that caused it; a pattern that moves is then rendered at the rate of each output.
 */
export class OutputRunner {
  readonly #options: OutputRunnerOptions;
  readonly #log: Log;
  readonly #flashLimit: FlashLimit;
  #slots: ReadonlyMap<string, Slot>;
  /** Outputs that are on their way to their safe state, by id. */
  readonly #leaving = new Map<string, Promise<void>>();
  #show: Show = {};
  #isClosed = false;

  constructor(options: OutputRunnerOptions) {
    this.#options = options;
    this.#flashLimit = options.flashLimit ?? { perSecond: SAFE_FLASH_RATE };
    this.#log = options.log.room('outputs');
    this.#slots = new Map(
      options.drivers.map((driver) => {
        const { kind } = driver;
        const settings = { id: kind, name: '', kind, enabled: true, settings: {} };
        const slot: Slot = { settings, isLasting: true, lane: undefined };
        slot.lane = this.#openLane(slot, driver);
        return [kind, slot] as const;
      }),
    );
  }

  show(show: Show): void {
    this.#present({ ...show, ...(this.#show.page && { page: this.#show.page }) });
  }

  /** Has a caller heard who speaks, beside what shows; none ends that. */
  page(page: ShownPage | undefined): void {
    const { light, siren } = this.#show;
    this.#present({ ...(light && { light }), ...(siren && { siren }), ...(page && { page }) });
  }

  #present(show: Show): void {
    this.#show = show;
    for (const { lane } of this.#slots.values()) lane?.show(show);
  }

  /**
   * Drives these outputs from now on, beside those that are always there. One that is as it was goes on
   * undisturbed; one that is new or another shows at once what shows.
   */
  apply(outputs: readonly OutputSettings[]): void {
    if (this.#isClosed) return;
    const next = new Map([...this.#slots].filter(([, slot]) => slot.isLasting));
    for (const settings of outputs.filter(({ enabled }) => enabled)) {
      const known = this.#slots.get(settings.id);
      const stays = known !== undefined && isSame(known.settings, settings);
      if (stays) known.settings = settings;
      next.set(settings.id, stays ? known : { settings, isLasting: false, lane: undefined });
    }
    const before = this.#slots;
    this.#slots = next;
    for (const [id, slot] of before) if (next.get(id) !== slot) this.#retire(id, slot);
    for (const [id, slot] of next) if (before.get(id) !== slot) this.#open(id, slot);
  }

  /** The state of every output that is on, in the order of the settings. */
  status(): OutputStatus[] {
    return [...this.#slots.values()].map((slot) => statusOf(slot, slot.lane?.state ?? { state: 'ok' }));
  }

  /** Tries one output. Rejects with what is wrong with it, and NOT_FOUND where no such output is on. */
  async test(id: string): Promise<void> {
    const slot = this.#slots.get(id);
    if (!slot) throw new SipsirenError('NOT_FOUND', `There is no output "${id}" that is turned on.`);
    await this.#leaving.get(id);
    await slot.lane?.test();
  }

  /** Leaves every output in its safe state, dark and silent, also where closing another one fails. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const slots = [...this.#slots.values()];
    const results = await Promise.allSettled([
      ...slots.map(({ lane }) => lane?.close()),
      ...this.#leaving.values(),
    ]);
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (failures.length > 0) throw new AggregateError(failures, 'Not every output could be closed.');
  }

  /** Opens an output, once its earlier form has let go of the device: a sound card has one owner. */
  #open(id: string, slot: Slot): void {
    const leaving = this.#leaving.get(id);
    if (leaving) {
      void leaving.then(() => {
        this.#openNow(id, slot);
      });
    } else {
      this.#openNow(id, slot);
    }
  }

  #openNow(id: string, slot: Slot): void {
    if (this.#isClosed || this.#slots.get(id) !== slot) return;
    const { clock, mqtt, createDriver: create = createDriver } = this.#options;
    try {
      slot.lane = this.#openLane(slot, create(slot.settings, { id, clock, log: this.#log, mqtt }));
      slot.lane.show(this.#show);
    } catch (error) {
      // One output that cannot be made keeps no other from its alarm.
      this.#log.error('an output could not be made', { output: id, error: messageOf(error) });
    }
  }

  #openLane(slot: Slot, driver: OutputDriver): OutputLane {
    const { clock, onState, onShown } = this.#options;
    return new OutputLane({
      id: slot.settings.id,
      driver,
      clock,
      log: this.#log,
      flashLimit: this.#flashLimit,
      onState: (state) => onState?.(statusOf(slot, state)),
      onShown: (show) => onShown?.(slot.settings, show),
    });
  }

  #retire(id: string, slot: Slot): void {
    const { lane } = slot;
    if (!lane) return;
    // What is gone fails no longer; what comes in its place tells for itself.
    if (lane.state.state === 'failing') this.#options.onState?.(statusOf(slot, { state: 'ok' }));
    const leaving = lane
      .close()
      .catch((error: unknown) => {
        this.#log.error('an output that is gone or changed was not left in its safe state', {
          output: id,
          error: messageOf(error),
        });
      })
      .then(() => {
        this.#leaving.delete(id);
      });
    this.#leaving.set(id, leaving);
  }
}

/** Another name is no reason to interrupt an alarm. */
function isSame(one: OutputSettings, other: OutputSettings): boolean {
  return isDeepStrictEqual({ ...one, name: '' }, { ...other, name: '' });
}

function statusOf({ settings: { id, name, kind } }: Slot, state: OutputState): OutputStatus {
  return { id, name, kind, ...state };
}
