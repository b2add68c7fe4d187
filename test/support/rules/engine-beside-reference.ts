import { deepStrictEqual, ok } from 'node:assert/strict';
import { milliseconds } from '../../../src/base/duration.js';
import { silentLog } from '../../../src/base/log.js';
import { EventBus } from '../../../src/events/event-bus.js';
import type { Intent } from '../../../src/rules/intent.js';
import { ruleIdOf, type Rule } from '../../../src/rules/rule.js';
import { Rules } from '../../../src/rules/rules.js';
import { FakeClock } from '../fake-clock.js';
import { wordsOf } from './intent-words.js';
import { OutsideWorld } from './outside-world.js';
import type { Kill, Step } from './random-scenes.js';
import { ReferenceRules } from './reference-rules.js';
import type { Tally } from './tally.js';

type Switch = Extract<Intent, { kind: 'rule.enable' }>;

/** Rules can turn each other on and off for ever; so often in a row is enough. */
const MOST_SWITCHES = 8;

/** The engine in its shell and the reference side by side; throws where they differ. */
export class EngineBesideReference {
  readonly #tally: Tally;
  readonly #clock = new FakeClock();
  /** What the engine has on the disk of its lasting actions. */
  #kept: ReadonlyMap<string, Intent> = new Map();
  readonly #world = new OutsideWorld();
  #bus: EventBus;
  #reference: ReferenceRules;
  #rules: Rules;
  #wanted: string[] = [];
  #switches: Switch[] = [];
  #list: readonly Rule[];

  constructor(list: readonly Rule[], tally: Tally) {
    this.#list = list;
    this.#tally = tally;
    this.#reference = new ReferenceRules(tally);
    this.#bus = this.#newBus();
    this.#rules = this.#start();
    this.#rules.begin();
    this.#compare(this.#reference.set(list));
  }

  take(next: Step): void {
    if ('kill' in next) {
      this.#restart(next.kill);
    } else if ('event' in next) {
      this.#bus.publish(next.event);
      this.#compare(this.#reference.event(next.event));
    } else if ('pass' in next) {
      this.#clock.advance(milliseconds(next.pass));
      this.#compare(this.#reference.pass(next.pass));
    } else {
      this.#setRules('save' in next ? saved(this.#list, next.save) : this.#list.toSpliced(next.remove, 1));
    }
    this.#turnOnAndOff();
  }

  close(): void {
    this.#rules.close();
    deepStrictEqual(this.#clock.pending, []);
  }

  #newBus(): EventBus {
    return new EventBus({ clock: this.#clock, log: silentLog });
  }

  #start(): Rules {
    return new Rules({
      bus: this.#bus,
      clock: this.#clock,
      log: silentLog,
      rules: this.#list,
      perform: (intent) => {
        this.#wanted.push(wordsOf(intent));
        this.#world.take(intent);
        if (intent.kind === 'rule.enable') this.#switches.push(intent);
      },
      waits: true,
      memory: { past: this.#kept, remember: (held) => (this.#kept = new Map(held)) },
    });
  }

  #setRules(list: readonly Rule[]): void {
    this.#list = list;
    this.#rules.setRules(list);
    this.#compare(this.#reference.set(list));
  }

  /** What rules want turned on and off is done afterwards, one after the other, as the device does. */
  #turnOnAndOff(): void {
    for (let count = 0; count < MOST_SWITCHES; count++) {
      const next = this.#switches.shift();
      if (next === undefined) break;
      const { rule: id, enabled } = next;
      this.#setRules(this.#list.map((rule) => (ruleIdOf(rule) === id ? { ...rule, enabled } : rule)));
    }
    this.#switches = [];
  }

  /** Calls are gone; of what has a state some tell it again, before the device is complete. */
  #restart({ toldAgain, save, remove = Infinity }: Kill): void {
    this.#rules.close();
    const before = this.#list;
    const left = this.#reference.held('outliving');
    const known = this.#reference.states.filter((_event, index) => toldAgain[index % toldAgain.length]);
    this.#world.forgetAllBut([...left.values()]);
    this.#list = (save === undefined ? before : saved(before, save)).filter((_rule, at) => at !== remove);
    this.#bus = this.#newBus();
    this.#reference = new ReferenceRules(this.#tally);
    this.#rules = this.#start();
    const expected = this.#reference.set(this.#list);
    for (const event of known) {
      this.#bus.publish(event);
      expected.push(...this.#reference.event(event));
    }
    this.#rules.begin();
    const held = this.#reference.held('outliving');
    const undone = new Set<string>();
    for (const [owner, undo] of left) {
      const isHeld = held.get(owner) === undo;
      this.#tally.count(`after a crash ${isHeld ? 'held again' : this.#whyUndone(owner, before)}`);
      if (!isHeld) undone.add(undo);
    }
    for (const undo of undone) ok(this.#wanted.includes(undo), `after a restart nobody did: ${undo}`);
    // What is undone may be undone twice. Calls wait until the device is complete, the siren does not.
    const rest = (words: readonly string[]): string[] => words.filter((word) => !undone.has(word)).sort();
    this.#wanted = rest(this.#wanted);
    this.#compare(rest(expected));
  }

  #whyUndone(owner: string, before: readonly Rule[]): string {
    const isOwner = (rule: Rule): boolean => owner.startsWith(`rule:${ruleIdOf(rule)}:`);
    const now = this.#list.find(isOwner);
    if (now === undefined) return 'undone: gone';
    if (!now.enabled) return 'undone: turned off';
    return before.find(isOwner) === now ? 'undone: no longer met' : 'undone: changed';
  }

  #compare(expected: readonly string[]): void {
    deepStrictEqual(this.#wanted, [...expected]);
    const active = this.#rules.status().filter((status) => status.active);
    deepStrictEqual(
      active.map(({ id }) => id as string),
      this.#reference.active,
    );
    deepStrictEqual([...this.#kept.keys()].sort(), [...this.#reference.held('outliving').keys()].sort());
    deepStrictEqual(this.#world.lacks([...this.#reference.held().values()]), []);
    this.#wanted = [];
  }
}

/** In the place of the rule of the same name, or at the end. */
function saved(list: readonly Rule[], rule: Rule): readonly Rule[] {
  const place = list.findIndex(({ name }) => name === rule.name);
  return place < 0 ? [...list, rule] : list.with(place, rule);
}
