import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { createLightFrame } from '../patterns/light-frame.js';
import { findLightPattern } from '../patterns/light/index.js';
import type { LightPattern } from '../patterns/light-pattern.js';
import type { OutputDriver } from './output-driver.js';
import type { OutputState } from './output-state.js';
import type { Picture } from './picture.js';
import type { Show, ShownLight } from './show.js';

/** How long an output may take for one picture before it counts as failing; it is not given another meanwhile. */
const PATIENCE = seconds(5);

/** From a failure to the next attempt, where no change comes first. */
const RETRY_DELAY = seconds(1);

interface LaneOptions {
  readonly driver: OutputDriver;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Leads to one output. At most one picture is under way; what changes meanwhile is shown in its newest form
 * once the output is ready, so nothing queues and no output waits for another.
 */
export class OutputLane {
  readonly #driver: OutputDriver;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #frame = createLightFrame();
  readonly #unsubscribe: Unsubscribe;
  #show: Show = {};
  #pattern: LightPattern | undefined;
  #state: OutputState = { state: 'ok' };
  #isBusy = false;
  /** A change came while the output was busy. */
  #isStale = false;
  #isClosed = false;
  #ticker: Timer | undefined;
  #patience: Timer | undefined;
  #retry: Timer | undefined;

  constructor({ driver, clock, log }: LaneOptions) {
    this.#driver = driver;
    this.#clock = clock;
    this.#log = log;
    this.#unsubscribe = driver.onWatched(() => {
      this.#present();
    });
  }

  get driver(): OutputDriver {
    return this.#driver;
  }

  get state(): OutputState {
    return this.#state;
  }

  /** Presents `show` before it returns, unless the output is busy with an earlier picture. */
  show(show: Show): void {
    this.#show = show;
    this.#pattern = show.light && findLightPattern(show.light.pattern);
    this.#present();
  }

  /** Leaves the output in its safe state. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unsubscribe();
    this.#ticker?.cancel();
    this.#patience?.cancel();
    this.#retry?.cancel();
    await this.#withPatience(Promise.resolve(this.#driver.close()));
  }

  /** An output that does not answer keeps no device from stopping. */
  async #withPatience(closed: Promise<void>): Promise<void> {
    let timer: Timer | undefined;
    const impatience = new Promise<never>((_resolve, reject) => {
      timer = this.#clock.startTimer(`output ${this.#driver.kind} close`, PATIENCE, () => {
        reject(new SipsirenError('TIMEOUT', `The output ${this.#driver.kind} has not closed in time.`));
      });
    });
    try {
      await Promise.race([closed, impatience]);
    } finally {
      timer?.cancel();
    }
  }

  #present(): void {
    if (this.#isClosed) return;
    if (this.#isBusy) {
      this.#isStale = true;
      return;
    }
    this.#isStale = false;
    this.#retry?.cancel();
    this.#ticker?.cancel();
    this.#renderAndHand();
  }

  #render(): Picture {
    const at = this.#clock.now();
    const { light } = this.#show;
    if (light && this.#pattern) this.#pattern.render(Math.max(0, at - light.startedAt), light, this.#frame);
    else this.#frame.fill(0);
    return { at, frame: this.#frame, ...this.#show };
  }

  #renderAndHand(): void {
    try {
      const done = this.#driver.present(this.#render());
      if (done instanceof Promise) this.#await(done);
      else {
        this.#succeed();
        this.#scheduleNext();
      }
    } catch (error) {
      this.#fail(messageOf(error));
    }
  }

  #await(done: Promise<void>): void {
    this.#isBusy = true;
    this.#patience = this.#clock.startTimer(`output ${this.#driver.kind} patience`, PATIENCE, () => {
      this.#markFailing(`It has not answered for ${PATIENCE / 1_000} s.`);
    });
    done.then(
      () => {
        this.#settle();
        this.#succeed();
        if (this.#isStale) this.#present();
        else this.#scheduleNext();
      },
      (error: unknown) => {
        this.#settle();
        this.#fail(messageOf(error));
        // What changed meanwhile may be an alarm, which waits for no retry.
        if (this.#isStale) this.#present();
      },
    );
  }

  #settle(): void {
    this.#isBusy = false;
    this.#patience?.cancel();
  }

  #succeed(): void {
    if (this.#state.state === 'ok') return;
    this.#state = { state: 'ok' };
    this.#log.info('an output works again', { output: this.#driver.kind });
  }

  #fail(error: string): void {
    if (this.#isClosed) return;
    this.#markFailing(error);
    this.#retry = this.#clock.startTimer(`output ${this.#driver.kind} retry`, RETRY_DELAY, () => {
      this.#present();
    });
  }

  #markFailing(error: string): void {
    if (this.#state.state === 'ok') {
      this.#state = { state: 'failing', since: this.#clock.wallTime(), error };
      this.#log.error('an output does not show what it should', { output: this.#driver.kind, error });
    } else {
      this.#state = { ...this.#state, error };
    }
  }

  /** Another picture follows only where the pattern moves and somebody sees it; a still one costs nothing. */
  #scheduleNext(): void {
    if (this.#isClosed) return;
    const rate = this.#driver.capabilities.light?.framesPerSecond ?? 0;
    const { light } = this.#show;
    if (rate === 0 || !light || !this.#pattern?.moves || !this.#driver.isWatched) return;
    this.#ticker = this.#clock.startTimer(
      `output ${this.#driver.kind} frame`,
      milliseconds(this.#untilNextFrame(light, 1_000 / rate)),
      () => {
        if (this.#driver.isWatched) this.#present();
      },
    );
  }

  /** Frames stand on a grid from the pattern's start, so that late timers do not add up. */
  #untilNextFrame(light: ShownLight, spacing: number): number {
    const elapsed = this.#clock.now() - light.startedAt;
    return spacing - (elapsed % spacing);
  }
}
