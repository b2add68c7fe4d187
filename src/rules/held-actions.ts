import type { Clock, Timer } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { ownerOf } from './action-owner.js';
import { actionKindOf } from './actions/index.js';
import type { Evaluation } from './evaluation.js';
import type { Intent } from './intent.js';
import type { Perform } from './perform.js';
import type { LastingMemory } from './lasting-memory.js';

export interface HeldActionsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: LastingMemory;
  readonly undo: Perform;
}

/** An undo that failed is tried again after these seconds; then it is left to the next start. */
const PAUSES = [5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300];

/** What lasting actions hold at present, how it is undone, and what is still to be undone. */
export class HeldActions {
  readonly #options: HeldActionsOptions;
  /** The undo intents by their owners; this is what outlives the device. */
  readonly #held = new Map<string, Intent>();
  /** Owners whose last intent is still under way. */
  readonly #busy = new Map<string, Promise<unknown>>();
  /** By owner and what is undone: a changed rule may hold something else by then. */
  readonly #retries = new Map<string, Timer>();
  #isClosed = false;

  constructor(options: HeldActionsOptions) {
    this.#options = options;
  }

  /** The owner of the action behind an intent, where it lasts and something of it would outlive the device. */
  ownerOf({ compiled, outcome, intents, rule }: Evaluation, place: number): string | undefined {
    const intent = intents[place];
    if (intent === undefined || !compiled.hasKept) return undefined;
    const lasting = [...compiled.lastingActions()];
    if (outcome === 'renewed') lasting.reverse();
    const [index, action] = (outcome === 'activated'
      ? lasting.find(([number]) => number === place)
      : lasting[place]) ?? [undefined, undefined];
    if (index === undefined || actionKindOf(action).endsWithDevice === true) return undefined;
    return ownerOf(rule, index);
  }

  /** From now on an action holds something; noted before it begins, for the crash in between. */
  hold(evaluation: Evaluation, place: number): void {
    const owner = this.ownerOf(evaluation, place);
    const cause = evaluation.intents[place]?.cause;
    if (owner === undefined || cause === undefined) return;
    const [, action] =
      [...evaluation.compiled.lastingActions()].find(
        ([index]) => ownerOf(evaluation.rule, index) === owner,
      ) ?? [];
    if (action === undefined) return;
    const { published: _published, ...kept } = cause;
    const undo = actionKindOf(action).undo(action, { owner, cause: kept });
    this.#stopRetrying(retryOf(owner, undo));
    this.#held.set(owner, undo);
    this.#options.memory.remember(this.#held);
  }

  /**
   * What is noted for the owner, where this undoes it; none where the owner holds something else by now, as another
   * version of its rule may.
   */
  noteOf(owner: string, undo: Intent): Intent | undefined {
    const held = this.#held.get(owner);
    return held && essenceOf(held) === essenceOf(undo) ? held : undefined;
  }

  /** It was undone. What the owner holds anew meanwhile stays noted. */
  letGo(owner: string, note: Intent | undefined): void {
    if (note === undefined || this.#held.get(owner) !== note) return;
    this.#stopRetrying(retryOf(owner, note));
    this.#held.delete(owner);
    this.#options.memory.remember(this.#held);
  }

  /** Performs it, after what the same owner has under way. */
  inTurn(owner: string, perform: () => unknown): unknown {
    const before = this.#busy.get(owner);
    const result = before === undefined ? perform() : before.then(perform, perform);
    if (!(result instanceof Promise)) return result;
    this.#busy.set(owner, result);
    const forget = (): void => {
      if (this.#busy.get(owner) === result) this.#busy.delete(owner);
    };
    result.then(forget, forget);
    return result;
  }

  undoLater(owner: string, undo: Intent, tries = 0): void {
    const pause = PAUSES[tries];
    if (this.#isClosed || pause === undefined) return;
    const retry = retryOf(owner, undo);
    this.#stopRetrying(retry);
    const timer = this.#options.clock.startTimer('undo of an action', seconds(pause), () => {
      this.#retries.delete(retry);
      this.#undo(owner, undo, tries + 1);
    });
    this.#retries.set(retry, timer);
  }

  /** Undoes what was held before a restart and is not held in the same way by what waits to be performed. */
  settlePast(waiting: readonly Evaluation[]): void {
    const wanted = new Map<string, string>();
    for (const evaluation of waiting) {
      const { compiled, rule, intents } = evaluation;
      const [first] = intents;
      if (evaluation.outcome !== 'activated' || first === undefined) continue;
      for (const [index, action] of compiled.lastingActions()) {
        const owner = ownerOf(rule, index);
        wanted.set(owner, essenceOf(actionKindOf(action).undo(action, { owner, cause: first.cause })));
      }
    }
    for (const [owner, undo] of this.#options.memory.past) {
      const essence = essenceOf(undo);
      const held = this.#held.get(owner);
      if (wanted.get(owner) === essence || (held && essenceOf(held) === essence)) continue;
      if (!held) this.#held.set(owner, undo);
      this.#options.log.warn('what a rule held before the restart is undone', {
        rule: undo.cause.rule,
        intent: undo.kind,
      });
      this.#undo(owner, undo, 0);
    }
    this.#options.memory.remember(this.#held);
  }

  close(): void {
    this.#isClosed = true;
    for (const retry of [...this.#retries.keys()]) this.#stopRetrying(retry);
  }

  #undo(owner: string, undo: Intent, tries: number): void {
    const failed = (error: unknown): void => {
      const { rule, name } = undo.cause;
      const context = { rule, name, intent: undo.kind, tries, error: messageOf(error) };
      this.#options.log.error('what a rule held could not be undone; it is tried again', context);
      this.undoLater(owner, undo, tries);
    };
    const note = this.noteOf(owner, undo);
    const done = (): void => {
      this.letGo(owner, note);
    };
    try {
      const result = this.inTurn(owner, () => this.#options.undo(undo));
      if (result instanceof Promise) result.then(done, failed);
      else done();
    } catch (error) {
      failed(error);
    }
  }

  #stopRetrying(retry: string): void {
    this.#retries.get(retry)?.cancel();
    this.#retries.delete(retry);
  }
}

function retryOf(owner: string, undo: Intent): string {
  return `${owner} ${essenceOf(undo)}`;
}

/** What an intent does, whoever wants it and whenever. */
function essenceOf({ cause: _cause, ...what }: Intent): string {
  return JSON.stringify(what);
}
