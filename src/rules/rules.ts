import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import { messageOf } from '../base/errors.js';
import type { RuleId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { PublishedEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import { isConditionTopic } from './conditions/index.js';
import { DecisionLog, type WhyQuery } from './decision-log.js';
import { RulesEngine } from './engine.js';
import type { Evaluation, Outcome } from './evaluation.js';
import type { Explanation } from './explanation.js';
import type { Intent } from './intent.js';
import type { Rule } from './rule.js';

export interface RulesOptions {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: readonly Rule[];
  /** Performs what a rule wants, at once. What it throws is reported and keeps nothing else from happening. */
  readonly perform: (intent: Intent) => void;
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
  readonly #perform: (intent: Intent) => void;
  readonly #engine = new RulesEngine();
  readonly #decisions: DecisionLog;
  readonly #unsubscribe: Unsubscribe;
  readonly #waiting: Evaluation[] = [];
  #isPerforming = false;
  /** The depth of what is being performed; below 0 where nothing is. */
  #performingDepth = -1;
  #timer: Timer | undefined;
  #timerDue: number | undefined;

  constructor(options: RulesOptions) {
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#perform = options.perform;
    this.#decisions = new DecisionLog(options.remembered ?? DEFAULT_REMEMBERED);
    this.#unsubscribe = this.#bus.subscribe((published) => this.#onEvent(published));
    this.setRules(options.rules);
  }

  /**
   * Puts another list of rules in place. A deleted rule, and one turned off, ends at once; a changed one that
   * is active runs on as it was until it ends. Throws INVALID_VALUE, and changes nothing, where a rule cannot run.
   */
  setRules(rules: readonly Rule[]): void {
    this.#take(
      this.#engine.next({ kind: 'rules', rules, now: this.#clock.now(), at: this.#clock.wallTime() }),
    );
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
  }

  #onEvent(published: PublishedEvent): void {
    if (isConditionTopic(published.event.type)) this.#decisions.addEvent(published);
    // What a rule publishes outside of a delivery comes here at once, before the bus can count it.
    const depth = Math.max(published.depth, this.#performingDepth + 1);
    this.#take(this.#engine.next({ kind: 'event', published, now: this.#clock.now(), depth }));
  }

  #onTick(): void {
    this.#timer = undefined;
    this.#timerDue = undefined;
    this.#take(this.#engine.next({ kind: 'tick', now: this.#clock.now(), at: this.#clock.wallTime() }));
  }

  /** Performing may publish events that come back here at once; those wait until what came first is done. */
  #take(evaluations: readonly Evaluation[]): void {
    for (const evaluation of evaluations) {
      this.#decisions.addEvaluation(evaluation);
      if (DECIDED.has(evaluation.outcome)) this.#waiting.push(evaluation);
      else if (evaluation.obstacle?.kind === 'loop') this.#reportLoop(evaluation);
    }
    this.#keepTime();
    if (this.#isPerforming) return;
    this.#isPerforming = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#performingDepth = next.depth;
      this.#carryOut(next);
    }
    this.#performingDepth = -1;
    this.#isPerforming = false;
  }

  /** The siren before the report of it. */
  #carryOut(evaluation: Evaluation): void {
    for (const intent of evaluation.intents) this.#attempt(intent);
    const { rule, name, compiled, outcome } = evaluation;
    const isMomentary = compiled.mode === 'instant' || compiled.mode === 'edge';
    if (outcome === 'activated') this.#bus.publish({ type: 'rule', rule, name, change: 'activated' });
    if (outcome === 'deactivated' || isMomentary)
      this.#bus.publish({ type: 'rule', rule, name, change: 'deactivated' });
    this.#log.info(`rule ${outcome}`, { rule, name, event: evaluation.published?.sequence });
  }

  #attempt(intent: Intent): void {
    try {
      this.#perform(intent);
    } catch (error) {
      this.#decisions.addFailure(intent, messageOf(error));
      this.#log.error('what a rule wants could not be done', {
        rule: intent.cause.rule,
        name: intent.cause.name,
        intent: intent.kind,
        error: messageOf(error),
      });
    }
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
