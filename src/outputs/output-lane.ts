import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { createLightFrame } from '../patterns/light-frame.js';
import { findLightPattern } from '../patterns/light/index.js';
import type { LightPattern } from '../patterns/light-pattern.js';
import { FaultRecord } from './fault-record.js';
import { type FlashLimit, FlashLimiter } from './flash-limiter.js';
import type { OutputDriver } from './output-driver.js';
import type { OutputState } from './output-state.js';
import type { Picture } from './picture.js';
import type { Show } from './show.js';

/** How long an output may take for one picture before it counts as failing; it is not given another meanwhile. */
const PATIENCE = seconds(5);

/** From a failure to the next attempt, where no change comes first. */
const RETRY_DELAY = seconds(1);

export interface LaneOptions {
  readonly id: string;
  readonly driver: OutputDriver;
  readonly clock: Clock;
  readonly log: Log;
  readonly flashLimit: FlashLimit;
  /** Told whenever the output begins or ceases to fail, or fails for another reason. */
  readonly onState: (state: OutputState) => void;
  /** Told what the output has come to show, once for each change; not while nobody sees it. Default: nobody is. */
  readonly onShown?: ((show: Show) => void) | undefined;
}

/**
 * Leads to one output. At most one picture is under way; what changes meanwhile is shown in its newest form
 * once the output is ready, so nothing queues and no output waits for another.
 */
export class OutputLane {
  readonly #id: string;
  readonly #driver: OutputDriver;
  readonly #clock: Clock;
  readonly #frame = createLightFrame();
  readonly #limiter: FlashLimiter;
  readonly #unsubscribe: Unsubscribe[];
  readonly #faults: FaultRecord;
  readonly #onShown: ((show: Show) => void) | undefined;
  /** What was handed over last, and what was told to have come out. */
  #handed: Show = {};
  #shown: Show = {};
  #show: Show = {};
  #pattern: LightPattern | undefined;
  #isBusy = false;
  /** A change came while the output was busy. */
  #isStale = false;
  /** When light that the flash limit keeps from going out may do so. */
  #keptUntil: number | undefined;
  #isClosed = false;
  #ticker: Timer | undefined;
  #patience: Timer | undefined;
  #retry: Timer | undefined;
  #nextCheck: Timer | undefined;

  constructor({ id, driver, clock, log, flashLimit, onState, onShown }: LaneOptions) {
    this.#id = id;
    this.#driver = driver;
    this.#clock = clock;
    this.#limiter = new FlashLimiter(flashLimit);
    this.#faults = new FaultRecord({ id, clock, log, onState });
    const watched = driver.onWatched?.(() => {
      this.#present();
    });
    const faults = driver.onFault?.((error) => {
      if (!this.#isClosed) this.#faults.set('driver', error);
    });
    this.#onShown = onShown;
    const delivered = driver.onDelivered?.(() => {
      this.#tellShown();
    });
    this.#unsubscribe = [watched, faults, delivered].filter((one) => one !== undefined);
    void this.#check();
  }

  get driver(): OutputDriver {
    return this.#driver;
  }

  get state(): OutputState {
    return this.#faults.state;
  }

  /** Presents `show` before it returns, unless the output is busy with an earlier picture. */
  show(show: Show): void {
    this.#show = show;
    this.#pattern = show.light && findLightPattern(show.light.pattern);
    this.#present();
  }

  /** Tries the output without a change that a person would see. Rejects with what is wrong, TIMEOUT after 5 s. */
  async test(): Promise<void> {
    await this.#withPatience(
      'test',
      // A driver that throws at once is as wrong as one that rejects.
      Promise.resolve().then(() => this.#driver.test()),
    );
  }

  /** Leaves the output in its safe state. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const timer of [this.#ticker, this.#patience, this.#retry, this.#nextCheck]) timer?.cancel();
    await this.#withPatience('close', Promise.resolve(this.#driver.close()));
  }

  /** An output that does not answer keeps nobody waiting for ever. */
  async #withPatience(what: 'close' | 'test', done: Promise<void>): Promise<void> {
    let timer: Timer | undefined;
    const impatience = new Promise<never>((_resolve, reject) => {
      timer = this.#clock.startTimer(`output ${this.#id} ${what}`, PATIENCE, () => {
        const text =
          what === 'close' ? 'has not closed in time.' : `has not answered for ${PATIENCE / 1_000} s.`;
        reject(new SipsirenError('TIMEOUT', `The output ${this.#id} ${text}`));
      });
    });
    try {
      await Promise.race([done, impatience]);
    } finally {
      timer?.cancel();
    }
  }

  /** Looks after the output from time to time, so that its failure is known before it is needed. */
  async #check(): Promise<void> {
    const { checkEvery } = this.#driver;
    if (checkEvery === undefined) return;
    const error = await this.test().then(
      () => undefined,
      (reason: unknown) => messageOf(reason),
    );
    if (this.#isClosed) return;
    const isBack = error === undefined && this.#faults.has('check');
    this.#faults.set('check', error);
    // What came back in the middle of an alarm shows it again.
    if (isBack) this.#present();
    this.#nextCheck = this.#clock.startTimer(`output ${this.#id} check`, checkEvery, () => {
      void this.#check();
    });
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
    this.#keptUntil = this.#limiter.limit(this.#frame, at);
    return { at, frame: this.#frame, ...this.#show };
  }

  #renderAndHand(): void {
    try {
      this.#handed = this.#show;
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
    this.#patience = this.#clock.startTimer(`output ${this.#id} patience`, PATIENCE, () => {
      this.#faults.set('picture', `It has not answered for ${PATIENCE / 1_000} s.`);
    });
    done.then(
      () => {
        this.#settle();
        if (this.#isClosed) return;
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

  #succeed(): void {
    this.#faults.set('picture', undefined);
    if (!this.#driver.onDelivered) this.#tellShown();
  }

  #tellShown(): void {
    if (this.#isClosed || this.#shown === this.#handed || this.#driver.isWatched === false) return;
    if (this.#faults.has('driver')) return;
    this.#shown = this.#handed;
    const { light, sound } = this.#driver.capabilities;
    this.#onShown?.({
      ...(light && this.#shown.light && { light: this.#shown.light }),
      ...(sound && this.#shown.siren && { siren: this.#shown.siren }),
    });
  }

  #settle(): void {
    this.#isBusy = false;
    this.#patience?.cancel();
  }

  #fail(error: string): void {
    if (this.#isClosed) return;
    this.#faults.set('picture', error);
    this.#retry = this.#clock.startTimer(`output ${this.#id} retry`, RETRY_DELAY, () => {
      this.#present();
    });
  }

  /** Another picture follows only where the pattern moves and somebody sees it, or where light was kept on. */
  #scheduleNext(): void {
    if (this.#isClosed) return;
    const delay = Math.min(this.#untilNextFrame(), this.#untilFree());
    if (delay === Number.POSITIVE_INFINITY) return;
    this.#ticker = this.#clock.startTimer(`output ${this.#id} frame`, milliseconds(delay), () => {
      if (this.#driver.isWatched !== false || this.#keptUntil !== undefined) this.#present();
    });
  }

  #untilFree(): number {
    if (this.#keptUntil === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(1, Math.ceil(this.#keptUntil - this.#clock.now()));
  }

  /** Frames stand on a grid from the pattern's start, so that late timers do not add up. */
  #untilNextFrame(): number {
    const rate = this.#driver.capabilities.light?.framesPerSecond ?? 0;
    const { light } = this.#show;
    if (rate === 0 || !light || !this.#pattern?.moves || this.#driver.isWatched === false) {
      return Number.POSITIVE_INFINITY;
    }
    const spacing = 1_000 / rate;
    return spacing - ((this.#clock.now() - light.startedAt) % spacing);
  }
}
