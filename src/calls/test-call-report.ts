import type { MediaStatistics } from '../media/media-statistics.js';

/** What a test call goes through, in this order; a step that the transport does not have is left out. */
export type TestCallStepName =
  'resolve' | 'connect' | 'tls' | 'invite' | 'provisional' | 'answer' | 'media' | 'hangUp';

export interface TestCallStep {
  readonly step: TestCallStepName;
  readonly ok: boolean;
  /** How long it took. */
  readonly milliseconds: number;
  /** What happened, and where it failed what to do, for a person. */
  readonly detail: string;
}

/** What came back, measured. */
export interface TestCallMedia extends MediaStatistics {
  /** In per cent of the packets that the peer sent. */
  readonly lossPercent: number;
  /** The loudness of what came, in decibels of full scale; none where nothing could be decoded. */
  readonly levelDecibels?: number;
}

export interface TestCallReport {
  /** Whether every step went well. */
  readonly ok: boolean;
  /** The outcome in one sentence. */
  readonly summary: string;
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly steps: readonly TestCallStep[];
  readonly media?: TestCallMedia;
}

/** Collects the steps of a call with the time that each took. */
export class TestCallSteps {
  readonly #now: () => number;
  readonly #steps: TestCallStep[] = [];
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  get all(): readonly TestCallStep[] {
    return this.#steps;
  }

  get failure(): TestCallStep | undefined {
    return this.#steps.find((step) => !step.ok);
  }

  has(step: TestCallStepName): boolean {
    return this.#steps.some((one) => one.step === step);
  }

  /** A step is over, and the next one begins. The same step again, by another address or fork, replaces the first. */
  add(step: TestCallStepName, ok: boolean, detail: string): void {
    const now = this.#now();
    const milliseconds = Math.round(now - this.#since);
    this.#since = now;
    const known = this.#steps.findIndex((one) => one.step === step);
    if (known < 0) this.#steps.push({ step, ok, milliseconds, detail });
    else
      this.#steps[known] = {
        step,
        ok,
        milliseconds: milliseconds + (this.#steps[known]?.milliseconds ?? 0),
        detail,
      };
  }
}
