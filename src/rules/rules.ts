import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import type { RuleId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { PublishedEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import { actionKindOf } from './actions/index.js';
import { CONDITION_TOPICS, conditionKindOf } from './conditions/index.js';
import { DecisionLog, type EventsQuery, type WhyQuery } from './decision-log.js';
import type { DeviceSettings } from './device-settings.js';
import { dryRun, type DryRun, type DryRunQuestion } from './dry-run.js';
import { RulesEngine } from './engine.js';
import type { Evaluation, Obstacle, Outcome } from './evaluation.js';
import type { Explanation } from './explanation.js';
import { IntentRunner } from './intent-runner.js';
import type { Perform } from './perform.js';
import type { LastingMemory } from './lasting-memory.js';
import type { Rule } from './rule.js';
import type { ComesBack } from './rule-graph.js';

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
  /** Who the device is, for what is told. Default: nobody in particular, in UTC. */
  readonly device?: () => DeviceSettings;
  /** Whether what a recipient is told comes back to the device. Default: nothing does. */
  readonly comesBack?: ComesBack;
}

/** The state of one rule. */
export type RuleStatus = {
  readonly id: RuleId;
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
  /** Its conditions in words, as it runs now: `there is a call with local address 1001 in state Active`. */
  readonly when: readonly string[];
  /** Its actions in words: `start profile Evacuation`. */
  readonly does: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly activeSince?: number;
  readonly lastActivated?: number;
  /** It runs as it was before the last change, until it ends or is turned off and on again. */
  readonly changePending: boolean;
  /** It was stopped lately because rules moved each other without end. */
  readonly loop?: {
    /** Milliseconds since the Unix epoch. */
    readonly at: number;
    readonly detail: string;
    /** Until when it is held back; none where only that once. */
    readonly until?: number;
  };
};

type Loop = {
  readonly now: number;
  readonly at: number;
  readonly detail: string;
  readonly until: number | undefined;
};

/** Within this time a loop of the same rule is not reported again. */
const LOOP_SILENCE_MS = 10_000;

const DEFAULT_REMEMBERED = 1_000;

const NOBODY: DeviceSettings = { name: 'sipsiren', timeZone: 'UTC' };

/** The outcomes that something follows from. */
const DECIDED: ReadonlySet<Outcome> = new Set<Outcome>(['activated', 'renewed', 'deactivated']);

/** The shell around the engine: hears the bus, performs what the rules want in their order, keeps the time. */
export class Rules {
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #engine: RulesEngine;
  readonly #decisions: DecisionLog;
  readonly #runner: IntentRunner;
  readonly #device: () => DeviceSettings;
  readonly #unsubscribe: Unsubscribe;
  #timer: Timer | undefined;
  #timerDue: number | undefined;
  /** The last loop of each rule that had one. */
  readonly #loops = new Map<RuleId, Loop>();

  constructor(options: RulesOptions) {
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#engine = new RulesEngine({ comesBack: options.comesBack });
    this.#device = options.device ?? (() => NOBODY);
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
    this.#loops.clear();
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
        ...wordsOf(machine.compiled.rule),
        ...(machine.activeSince !== undefined && { activeSince: machine.activeSince }),
        ...(machine.lastActivated !== undefined && { lastActivated: machine.lastActivated }),
        changePending: machine.successor !== undefined,
        ...loopOf(this.#loops.get(machine.id)),
      }));
  }

  /** Why rules did or did not become active, newest first. */
  why(query: WhyQuery): readonly Explanation[] {
    return this.#decisions.why(query, this.#engine.machines, { device: this.#device() });
  }

  /** The newest events that conditions can wait for, newest first. */
  events(query: EventsQuery): readonly PublishedEvent[] {
    return this.#decisions.newestEvents(query);
  }

  /** What would happen at these events, without anything being done. Throws INVALID_VALUE for rules that cannot run. */
  dryRun(question: DryRunQuestion): DryRun {
    // What waits now has waited long by a later time.
    const later = Math.max(0, question.at - this.#clock.wallTime());
    return dryRun(this.#engine, { ...question, now: this.#clock.now() + later, device: this.#device() });
  }

  /** Stops listening. What runs goes on running: it belongs to the siren, which is closed by itself. Idempotent. */
  close(): void {
    this.#unsubscribe();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#runner.close();
  }

  #onEvent(published: PublishedEvent): void {
    if (CONDITION_TOPICS.has(published.event.type)) this.#decisions.addEvent(published);
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
    const loops: Evaluation[] = [];
    for (const evaluation of evaluations) {
      this.#decisions.addEvaluation(evaluation);
      if (DECIDED.has(evaluation.outcome)) evaluation.progress = { receivedAt, decidedAt, outcomes: [] };
      else if (isLoop(evaluation.obstacle)) loops.push(evaluation);
    }
    this.#keepTime();
    this.#runner.take(evaluations.filter(({ progress }) => progress !== undefined));
    for (const loop of loops) this.#reportLoop(loop);
  }

  /** A rule that is held back is reported once, and again after a while. */
  #reportLoop({ rule, name, obstacle, published }: Evaluation): void {
    const now = this.#clock.now();
    const reported = this.#loops.get(rule);
    const until = obstacle?.kind === 'runaway' ? obstacle.until : undefined;
    const detail =
      obstacle?.kind === 'loop'
        ? `a chain of ${obstacle.depth} events led back to it`
        : 'it became active again and again by what it does itself';
    this.#loops.set(rule, { now, at: this.#clock.wallTime(), detail, until });
    if (reported !== undefined && now - reported.now < LOOP_SILENCE_MS) return;
    const event = published?.sequence;
    this.#log.error('rules feed each other without end; the chain was stopped', {
      rule,
      name,
      event,
      detail,
      until,
    });
    this.#bus.publish({ type: 'rule.loop', rule, name, detail, ...(until !== undefined && { until }) });
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

function wordsOf({ conditions, actions }: Rule): Pick<RuleStatus, 'when' | 'does'> {
  return {
    when: conditions.map((condition) => {
      const words = conditionKindOf(condition).describe(condition);
      const sense = condition.invert ? `it is not so that ${words}` : words;
      return condition.trigger ? `${sense} (trigger)` : sense;
    }),
    does: actions.map((action) => actionKindOf(action).describe(action)),
  };
}

function isLoop(obstacle: Obstacle | undefined): boolean {
  return obstacle?.kind === 'loop' || obstacle?.kind === 'runaway';
}

function loopOf(loop: Loop | undefined): Pick<RuleStatus, 'loop'> {
  if (loop === undefined) return {};
  const { at, detail, until } = loop;
  return { loop: { at, detail, ...(until !== undefined && { until }) } };
}
