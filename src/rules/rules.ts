import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import type { RuleId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { PublishedEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import { isConditionTopic } from './conditions/index.js';
import { DecisionLog, type WhyQuery } from './decision-log.js';
import { RulesEngine } from './engine.js';
import type { Evaluation, Outcome } from './evaluation.js';
import type { Explanation } from './explanation.js';
import { IntentRunner } from './intent-runner.js';
import type { Perform } from './perform.js';
import type { LastingMemory } from './lasting-memory.js';
import type { Rule } from './rule.js';

export interface RulesOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: readonly Rule[];
  /** Performs what a rule wants. What it throws is reported and keeps nothing else from happening. */
  readonly perform: Perform;
  /** Keeps what lasting actions hold. Default: it is forgotten with the device. */
  readonly memory?: LastingMemory;
  /** Whether everything but the siren waits for `begin()`: the device is being built. Default false. */
  readonly waits?: boolean;
  /** How many decisions can be asked about; default 1,000. */
  readonly remembered?: number;
}

/** The state of one rule. */
export type RuleStatus = {
  readonly id: RuleId;
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly activeSince?: number;
  readonly lastActivated?: number;
  /** It runs as it was before the last change, until it ends or is turned off and on again. */
  readonly changePending: boolean;
};

const DEFAULT_REMEMBERED = 1_000;

/** The outcomes that something follows from. */
const DECIDED: ReadonlySet<Outcome> = new Set<Outcome>(['activated', 'renewed', 'deactivated']);

/** The shell around the engine: hears the bus, performs what the rules want in their order, keeps the time. */
export class Rules {
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #engine = new RulesEngine();
  readonly #decisions: DecisionLog;
  readonly #runner: IntentRunner;
  readonly #unsubscribe: Unsubscribe;
  #timer: Timer | undefined;
  #timerDue: number | undefined;

  constructor(options: RulesOptions) {
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#runner = new IntentRunner(options);
    this.#decisions = new DecisionLog(options.remembered ?? DEFAULT_REMEMBERED);
    this.#unsubscribe = this.#bus.subscribe((published) => this.#onEvent(published));
    this.setRules(options.rules);
  }

  /**
   * Puts another list of rules in place. A deleted rule, and one turned off, ends at once; a changed one that
   * is active runs on as it was until it ends. Throws INVALID_VALUE, and changes nothing, where a rule cannot run.
   */
  setRules(rules: readonly Rule[]): void {
    const now = this.#clock.now();
    this.#take(this.#engine.next({ kind: 'rules', rules, now, at: this.#clock.wallTime() }), now);
  }

  /** The device is complete: performs what waited for it, and undoes what a crash left behind. */
  begin(): void {
    this.#runner.begin();
  }

  /** In the order of the list. */
  status(): readonly RuleStatus[] {
    return [...this.#engine.machines.values()]
      .sort((one, other) => one.position - other.position)
      .map((machine) => ({
        id: machine.id,
        name: machine.name,
        enabled: machine.enabled,
        active: machine.isActive,
        ...(machine.activeSince !== undefined && { activeSince: machine.activeSince }),
        ...(machine.lastActivated !== undefined && { lastActivated: machine.lastActivated }),
        changePending: machine.successor !== undefined,
      }));
  }

  /** Why rules did or did not become active, newest first. */
  why(query: WhyQuery): readonly Explanation[] {
    return this.#decisions.why(query, this.#engine.machines);
  }

  /** Stops listening. What runs goes on running: it belongs to the siren, which is closed by itself. Idempotent. */
  close(): void {
    this.#unsubscribe();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#runner.close();
  }

  #onEvent(published: PublishedEvent): void {
    if (isConditionTopic(published.event.type)) this.#decisions.addEvent(published);
    // What a rule publishes outside of a delivery comes here at once, before the bus can count it.
    const depth = Math.max(published.depth, this.#runner.depth + 1);
    const now = this.#clock.now();
    this.#take(this.#engine.next({ kind: 'event', published, now, depth }), now);
  }

  #onTick(): void {
    this.#timer = undefined;
    this.#timerDue = undefined;
    const now = this.#clock.now();
    this.#take(this.#engine.next({ kind: 'tick', now, at: this.#clock.wallTime() }), now);
  }

  #take(evaluations: readonly Evaluation[], receivedAt: number): void {
    const decidedAt = this.#clock.now();
    for (const evaluation of evaluations) {
      this.#decisions.addEvaluation(evaluation);
      if (DECIDED.has(evaluation.outcome)) evaluation.progress = { receivedAt, decidedAt, outcomes: [] };
      else if (evaluation.obstacle?.kind === 'loop') this.#reportLoop(evaluation);
    }
    this.#keepTime();
    this.#runner.take(evaluations.filter(({ progress }) => progress !== undefined));
  }

  #reportLoop({ rule, name, depth, published }: Evaluation): void {
    this.#log.error('rules feed each other without end; the chain was stopped', {
      rule,
      name,
      event: published?.sequence,
      depth,
    });
  }

  #keepTime(): void {
    const due = this.#engine.nextTick;
    if (due === undefined || due === this.#timerDue) return;
    this.#timer?.cancel();
    this.#timerDue = due;
    this.#timer = this.#clock.startTimer(
      'rules wait between actions',
      milliseconds(due - this.#clock.now()),
      () => this.#onTick(),
    );
  }
}
