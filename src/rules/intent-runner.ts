import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { EventBus } from '../events/event-bus.js';
import type { ActionOutcome } from './action-outcome.js';
import type { Evaluation } from './evaluation.js';
import type { Intent } from './intent.js';
import type { Perform } from './perform.js';
import { NO_MEMORY, type LastingMemory } from './lasting-memory.js';
import { HeldActions } from './held-actions.js';

export interface IntentRunnerOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly perform: Perform;
  /** Default: what lasting actions hold is forgotten with the device. */
  readonly memory?: LastingMemory | undefined;
  /** Whether everything but the siren waits until `begin()`. Default false. */
  readonly waits?: boolean | undefined;
}

/** So many actions may be under way at the same time; what comes on top is skipped, but never the siren or an undo. */
const MOST_UNDER_WAY = 1_000;

/**
 * Carries decisions out. The siren comes first, whatever stands before it in a rule or in another one: its intents are
 * done at once, before the report of the rule and before everything that could take time. The others start in their
 * order and do not wait for each other; only an undo waits until what it undoes has ended.
 */
export class IntentRunner {
  readonly #options: IntentRunnerOptions;
  readonly #held: HeldActions;
  /** Decisions whose siren is not served yet. */
  readonly #sirens: Evaluation[] = [];
  /** Decisions of which everything else is left. */
  readonly #others: Evaluation[] = [];
  #isRunning = false;
  #isWaiting: boolean;
  #underWay = 0;
  /** The depth of what is being performed; below 0 where nothing is. */
  #depth = -1;

  constructor(options: IntentRunnerOptions) {
    this.#options = options;
    this.#isWaiting = options.waits ?? false;
    this.#held = new HeldActions({
      clock: options.clock,
      log: options.log,
      memory: options.memory ?? NO_MEMORY,
      undo: (intent) => this.#options.perform(intent),
    });
  }

  get depth(): number {
    return this.#depth;
  }

  /** The device is complete: what waited is performed, and what a crash left behind is undone. */
  begin(): void {
    this.#isWaiting = false;
    this.#held.settlePast(this.#others);
    this.#run();
  }

  /** Performing may publish events that bring more decisions at once; those wait until what came first is done. */
  take(evaluations: readonly Evaluation[]): void {
    this.#sirens.push(...evaluations);
    this.#run();
  }

  /** Undoes are tried no longer; they are remembered. */
  close(): void {
    this.#held.close();
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (;;) {
      const siren = this.#sirens.shift();
      const next = siren ?? (this.#isWaiting ? undefined : this.#others.shift());
      if (next === undefined) break;
      this.#depth = next.depth;
      if (siren === undefined) this.#perform(next, (kind) => !isOfSiren(kind));
      else this.#serveSiren(siren);
    }
    this.#depth = -1;
    this.#isRunning = false;
  }

  /** The siren before the report of it, and the rest after both. */
  #serveSiren(evaluation: Evaluation): void {
    const { rule, name, compiled, outcome, intents } = evaluation;
    const { bus, log } = this.#options;
    this.#perform(evaluation, isOfSiren);
    const isMomentary = compiled.mode === 'instant' || compiled.mode === 'edge';
    if (outcome === 'activated') bus.publish({ type: 'rule', rule, name, change: 'activated' });
    if (outcome === 'deactivated' || isMomentary)
      bus.publish({ type: 'rule', rule, name, change: 'deactivated' });
    log.info(`rule ${outcome}`, { rule, name, event: evaluation.published?.sequence });
    if (intents.some(({ kind }) => !isOfSiren(kind))) this.#others.push(evaluation);
  }

  #perform(evaluation: Evaluation, isMeant: (kind: Intent['kind']) => boolean): void {
    evaluation.intents.forEach((intent, place) => {
      if (!isMeant(intent.kind)) return;
      const outcome: ActionOutcome = { state: 'underWay', startedAt: this.#options.clock.now() };
      if (evaluation.progress) evaluation.progress.outcomes[place] = outcome;
      this.#attempt(evaluation, { intent, place, outcome });
    });
  }

  #attempt(evaluation: Evaluation, { intent, place, outcome }: Attempt): void {
    const lasting = this.#held.ownerOf(evaluation, place);
    const isUndo = evaluation.outcome === 'deactivated';
    if (this.#underWay >= MOST_UNDER_WAY && !isUndo && !isOfSiren(intent.kind)) {
      this.#skip(intent, outcome, `${MOST_UNDER_WAY} actions are under way already`);
      return;
    }
    if (lasting !== undefined && !isUndo) this.#held.hold(evaluation, place);
    const note = lasting !== undefined && isUndo ? this.#held.noteOf(lasting, intent) : undefined;
    const running: Running = { intent, outcome, lasting, isUndo, note };
    try {
      const perform = (): unknown => this.#options.perform(intent);
      const result = lasting === undefined ? perform() : this.#held.inTurn(lasting, perform);
      if (result instanceof Promise) this.#follow(result, running);
      else this.#succeed(result, running);
    } catch (error) {
      this.#fail(error, running);
    }
  }

  #follow(result: Promise<unknown>, action: Running): void {
    this.#underWay++;
    result
      .finally(() => this.#underWay--)
      .then(
        (message) => this.#succeed(message, action),
        (error: unknown) => this.#fail(error, action),
      );
  }

  #succeed(message: unknown, { outcome, lasting, note }: Running): void {
    outcome.state = 'done';
    if (typeof message === 'string') outcome.message = message;
    outcome.endedAt = this.#options.clock.now();
    if (lasting !== undefined) this.#held.letGo(lasting, note);
  }

  #fail(error: unknown, { intent, outcome, lasting, isUndo }: Running): void {
    const { clock, log } = this.#options;
    outcome.state = 'failed';
    outcome.message = messageOf(error);
    outcome.endedAt = clock.now();
    const { rule, name } = intent.cause;
    log.error('what a rule wants could not be done', {
      rule,
      name,
      intent: intent.kind,
      error: outcome.message,
    });
    if (lasting !== undefined && isUndo) this.#held.undoLater(lasting, intent);
  }

  #skip({ kind, cause: { rule, name } }: Intent, outcome: ActionOutcome, message: string): void {
    outcome.state = 'skipped';
    outcome.message = message;
    outcome.endedAt = outcome.startedAt;
    this.#options.log.error('what a rule wants was skipped', { rule, name, intent: kind, reason: message });
  }
}

interface Attempt {
  readonly intent: Intent;
  /** Its place among the intents of the decision. */
  readonly place: number;
  readonly outcome: ActionOutcome;
}

interface Running extends Omit<Attempt, 'place'> {
  /** The owner, where the action lasts and is undone. */
  readonly lasting: string | undefined;
  readonly isUndo: boolean;
  /** What stands on the disk of what is undone here. */
  readonly note: Intent | undefined;
}

function isOfSiren(kind: Intent['kind']): boolean {
  return kind.startsWith('siren.') || kind.startsWith('alarm.');
}
