import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FakeClock } from '../support/fake-clock.js';
import { silentLog } from '../../src/base/log.js';
import { EventBus } from '../../src/events/event-bus.js';
import { ruleSchema, type Rule } from '../../src/rules/rule.js';
import { Rules } from '../../src/rules/rules.js';
import { besideHanging, type BesideHanging } from './beside-hanging.js';
import { callEvents } from './call-of-five-events.js';

/** What an event costs on its way from the bus to the intents of the three rules that match. */
export interface RuleCost {
  readonly rules: number;
  /** Of an event, microseconds: the median of many short stretches. */
  readonly microseconds: number;
  /** CPU time, the mean of the same with every collection of garbage that fell into it. */
  readonly meanMicroseconds: number;
}

export interface RuleFigures {
  readonly costs: readonly RuleCost[];
  /** Kilobytes of heap that a rule takes, index and all. */
  readonly kilobytesPerRule: number;
  /** With 256 rules, three of which tell a recipient that never answers. */
  readonly besideHanging: BesideHanging;
}

const RULE_COUNTS = [10, 256, 10_000, 100_000];
const MATCHING = 3;
const STRETCHES = 150;
const CALLS_A_STRETCH = 100;
const EVENTS_A_CALL = 5;
const WARM_UP_CALLS = 10_000;

/** With ever more rules, of which always the same three match. */
export async function ruleFigures(): Promise<RuleFigures> {
  return {
    costs: ruleCosts(),
    kilobytesPerRule: memoryOfRules(),
    besideHanging: await besideHanging(rulesBesideHanging()),
  };
}

/** Stretch by stretch in turn, so that whatever else the machine does meanwhile meets all of them alike. */
function ruleCosts(): readonly RuleCost[] {
  const rigs = RULE_COUNTS.map((count) => ({
    count,
    rig: new Rig(rulesOf(count)),
    times: [] as number[],
    cpu: 0,
  }));
  for (const { rig } of rigs) rig.run(WARM_UP_CALLS);
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    for (const one of rigs) {
      const { rig, times } = one;
      const cpu = process.cpuUsage();
      const begin = performance.now();
      rig.run(CALLS_A_STRETCH);
      times.push(((performance.now() - begin) * 1_000) / (CALLS_A_STRETCH * EVENTS_A_CALL));
      const { user, system } = process.cpuUsage(cpu);
      one.cpu += user + system;
    }
  }
  return rigs.map(({ count, rig, times, cpu }) => {
    rig.close();
    times.sort((one, other) => one - other);
    const mean = cpu / (STRETCHES * CALLS_A_STRETCH * EVENTS_A_CALL);
    return { rules: count, microseconds: times[times.length >> 1] ?? NaN, meanMicroseconds: mean };
  });
}

function memoryOfRules(): number {
  const count = 100_000;
  const list = rulesOf(count);
  const before = heapAfterCollection();
  const rig = new Rig(list);
  const after = heapAfterCollection();
  rig.close();
  return (after - before) / 1_024 / count;
}

/** What is measured beside a recipient that hangs. */
export function rulesBesideHanging(): Rule[] {
  return [...rulesOf(253), ...Array.from({ length: MATCHING }, (_, index) => sendingRule(index))];
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

class Rig {
  readonly #bus: EventBus;
  readonly #rules: Rules;
  #performed = 0;
  #calls = 0;

  constructor(rules: readonly Rule[]) {
    const clock = new FakeClock();
    this.#bus = new EventBus({ clock, log: silentLog });
    this.#rules = new Rules({
      bus: this.#bus,
      clock,
      log: silentLog,
      rules,
      perform: () => {
        this.#performed++;
      },
    });
  }

  /** Whole calls to the extension that three rules wait for. */
  run(calls: number): void {
    const before = this.#performed;
    for (let index = 0; index < calls; index++) {
      for (const event of callEvents(`call-${++this.#calls}`)) this.#bus.publish(event);
    }
    if (this.#performed - before < calls * MATCHING)
      throw new Error('Not every rule that matches did something.');
  }

  close(): void {
    this.#rules.close();
  }
}

/** The first three wait for 1001, each of the others for an extension of its own. */
function rulesOf(count: number): Rule[] {
  return Array.from({ length: count }, (_, index) =>
    ruleSchema.parse({
      name: `Alarm ${index}`,
      conditions: [
        {
          kind: 'call.state',
          state: 'Active',
          direction: 'Incoming',
          localUri: String(index < MATCHING ? 1_001 : 2_000 + index),
        },
      ],
      actions: [{ kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' }],
    }),
  );
}

function sendingRule(index: number): Rule {
  return ruleSchema.parse({
    name: `Tell ${index}`,
    conditions: [{ kind: 'call.stateChange', reason: 'AcceptedByDevice', localUri: '1001' }],
    actions: [{ kind: 'notification.send', recipient: 'hanging', text: '{{caller}} called {{extension}}' }],
  });
}
