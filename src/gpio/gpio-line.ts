import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import { messageOf } from '../base/errors.js';
import { backOff } from '../base/back-off.js';
import { GpioHolder } from './gpio-holder.js';
import { libgpiodVersion } from './libgpiod-version.js';
import type { GpioAddress } from './gpio-names.js';

/** After this time a holder counts as holding. */
const SETTLED = milliseconds(500);

interface GpioLineOptions {
  readonly id: string;
  readonly clock: Clock;
  readonly settings: GpioAddress;
  /** What is wrong now; undefined is nothing any more. */
  readonly onFault: (fault: string | undefined) => void;
}

/** One line of a GPIO chip, kept at the newest level that was asked for, again and again where that fails. */
export class GpioLine {
  readonly #options: GpioLineOptions;
  #wanted = false;
  #held: { readonly holder: GpioHolder; readonly isOn: boolean } | undefined;
  #isWorking = false;
  #isClosed = false;
  /** After a failure, until the next attempt. */
  #isWaiting = false;
  #failures = 0;
  #version: 1 | 2 | undefined;
  #timer: Timer | undefined;
  #settled: Timer | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: GpioLineOptions) {
    this.#options = options;
  }

  set(isOn: boolean): void {
    this.#wanted = isOn;
    this.#begin();
  }

  /** Holds the line at the level it has, where nobody does yet. */
  keep(): void {
    if (!this.#isWaiting) this.#begin();
  }

  /** Turns it off and lets go of it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#work;
    await this.#letGo();
  }

  #begin(): void {
    if (this.#isWorking || this.#isClosed || this.#held?.isOn === this.#wanted) return;
    this.#timer?.cancel();
    this.#isWaiting = false;
    this.#isWorking = true;
    this.#work = this.#hold().then(
      () => {
        this.#isWorking = false;
        this.#begin();
      },
      (error: unknown) => {
        this.#isWorking = false;
        this.#fail(messageOf(error));
      },
    );
  }

  /** One holder lets go before the next takes the line: a line has one owner. */
  async #hold(): Promise<void> {
    const { clock, settings } = this.#options;
    this.#version ??= await libgpiodVersion('gpioset');
    await this.#letGo();
    if (this.#isClosed) return;
    const isOn = this.#wanted;
    const holder = new GpioHolder({ clock, settings, version: this.#version, isOn });
    this.#held = { holder, isOn };
    this.#settled?.cancel();
    this.#settled = clock.startTimer(`output ${this.#options.id} settled`, SETTLED, () => {
      this.#failures = 0;
      this.#options.onFault(undefined);
    });
    void holder.ended.then((complaint) => {
      if (this.#held?.holder !== holder) return;
      this.#held = undefined;
      this.#fail(complaint);
    });
  }

  async #letGo(): Promise<void> {
    const holder = this.#held?.holder;
    this.#held = undefined;
    this.#settled?.cancel();
    await holder?.release();
  }

  #fail(complaint: string): void {
    if (this.#isClosed) return;
    this.#settled?.cancel();
    this.#options.onFault(complaint);
    this.#timer?.cancel();
    this.#isWaiting = true;
    this.#timer = this.#options.clock.startTimer(
      `output ${this.#options.id} again`,
      backOff(this.#failures++),
      () => {
        this.#begin();
      },
    );
  }
}
