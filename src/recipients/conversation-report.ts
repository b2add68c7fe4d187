import type { Clock } from '../base/clock.js';

/** One step of a conversation with a recipient. */
export interface ConversationStep {
  /** Since its beginning. */
  readonly milliseconds: number;
  readonly text: string;
}

const MOST_STEPS = 200;
const LONGEST_STEP = 1_000;
/** Shorter secrets would blot out half of what is said. */
const SHORTEST_SECRET = 3;

/** Notes a conversation down, without the secrets in it. */
export class ConversationReport {
  readonly steps: ConversationStep[] = [];
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #secrets: readonly string[];

  constructor(clock: Clock, secrets: readonly string[]) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#secrets = secrets
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      .flatMap((secret) => [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('base64url'),
      ]);
  }

  get milliseconds(): number {
    return Math.round(this.#clock.now() - this.#startedAt);
  }

  say(text: string): void {
    if (this.steps.length >= MOST_STEPS) return;
    this.steps.push({ milliseconds: this.milliseconds, text: this.hide(text).slice(0, LONGEST_STEP) });
  }

  /** The text without any secret. */
  hide(text: string): string {
    return this.#secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text);
  }
}
