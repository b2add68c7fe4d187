import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { RecordingLog } from '../../test/support/recording-log.js';
import { callOf, changeEvent, stateEvent } from '../../test/support/rules/call-events.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { RuleId } from '../base/ids.js';
import { EventBus } from '../events/event-bus.js';
import type { Intent } from './intent.js';
import type { LastingMemory } from './lasting-memory.js';
import type { Perform } from './perform.js';
import { ruleSchema, type Rule } from './rule.js';
import { Rules } from './rules.js';

const call = callOf('call-1', { localUri: 'sip:1001@host' });
const active = { kind: 'call.state', state: 'Active' };
const maintenance = { kind: 'siren.maintenance', run: 'whileActive' };
const evacuation = { kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' };
const calling = { kind: 'call.place', run: 'whileActive', to: 'sip:guard@host' };
const line = (text: string) => ({ kind: 'log.write', text });

const ruleOf = (name: string, ...actions: unknown[]): Rule =>
  ruleSchema.parse({ name, conditions: [active], actions });

/** A promise that a test settles when it likes. */
function pending() {
  let resolve: (message?: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string | undefined>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

/** Lets everything run that waits for nothing but its turn. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

class Bench {
  readonly clock = new FakeClock();
  readonly log = new RecordingLog();
  readonly bus = new EventBus({ clock: this.clock, log: this.log });
  readonly done: string[] = [];
  readonly kept: string[][] = [];
  perform: Perform = () => undefined;
  rules: Rules;

  constructor(
    rules: readonly Rule[],
    { past, waits = false }: { past?: [string, Intent][]; waits?: boolean } = {},
  ) {
    const memory: LastingMemory = {
      past: new Map(past),
      remember: (held) => void this.kept.push([...held.keys()]),
    };
    const perform = (intent: Intent): unknown => {
      this.done.push(wordsOf(intent));
      return this.perform(intent);
    };
    const { bus, clock, log } = this;
    this.rules = new Rules({ bus, clock, log, rules, perform, memory, waits });
  }

  begin(): void {
    this.bus.publish(stateEvent(call, 'Active'));
  }

  end(): void {
    this.bus.publish(stateEvent(call, 'Idle'));
  }

  newest() {
    return this.rules.why({})[0]!;
  }
}

function wordsOf(intent: Intent): string {
  return intent.kind === 'log.write' ? `log ${intent.text}` : intent.kind;
}

describe('What rules want', () => {
  it('is done for the siren first, whatever stands before it, also in an earlier rule', () => {
    const bench = new Bench([
      ruleOf('A', line('one'), evacuation, line('two')),
      ruleOf('B', line('three'), { kind: 'siren.stopAll' }),
    ]);
    bench.begin();
    expect(bench.done).toEqual(['siren.start', 'siren.stopAll', 'log one', 'log two', 'log three']);
    bench.rules.close();
  });

  it('may take its time; the outcome and the time of each step stand with the decision', async () => {
    const slow = pending();
    const bench = new Bench([ruleOf('A', line('slow'), line('quick'), evacuation)]);
    bench.perform = (intent) => (wordsOf(intent) === 'log slow' ? slow.promise : undefined);
    bench.begin();
    expect(bench.done).toEqual(['siren.start', 'log slow', 'log quick']);
    expect(bench.newest().actions.map(({ state }) => state)).toEqual(['underWay', 'done', 'done']);
    expect(bench.newest().text).toContain('That is still under way.');
    bench.clock.advance(milliseconds(35));
    slow.resolve('sent to nobody');
    await settle();
    expect(bench.newest()).toMatchObject({
      decidedAfterMs: 0,
      failures: [],
      actions: [
        { state: 'done', message: 'sent to nobody', startedAfterMs: 0, endedAfterMs: 35 },
        { state: 'done' },
        { state: 'done' },
      ],
    });
    expect(bench.newest().text).toContain('Done in 35 ms: sent to nobody.');
    bench.rules.close();
  });

  it('fails with its reason, at once or later, and keeps nothing else from happening', async () => {
    const slow = pending();
    const bench = new Bench([ruleOf('A', line('bad'), line('worse'), line('good'))]);
    bench.perform = (intent) => {
      if (wordsOf(intent) === 'log bad') throw new Error('no such thing');
      return wordsOf(intent) === 'log worse' ? slow.promise : undefined;
    };
    bench.begin();
    slow.reject(new Error('nobody there'));
    await settle();
    expect(bench.newest().failures).toEqual(['no such thing', 'nobody there']);
    expect(bench.done).toHaveLength(3);
    bench.rules.close();
  });

  it('is skipped where a thousand actions hang, and the siren is not', () => {
    const hanging = new Promise(() => undefined);
    const rule = ruleSchema.parse({
      name: 'A',
      conditions: [{ kind: 'call.stateChange', reason: 'Terminated' }],
      actions: [line('send'), { kind: 'siren.stopAll' }],
    });
    const bench = new Bench([rule]);
    bench.perform = (intent) => (intent.kind === 'log.write' ? hanging : undefined);
    for (let count = 0; count < 1_001; count++) bench.bus.publish(changeEvent(call, 'Terminated'));
    expect(bench.newest().actions).toMatchObject([
      { state: 'skipped', message: '1000 actions are under way already' },
      { state: 'done' },
    ]);
    expect(bench.done.filter((words) => words === 'siren.stopAll')).toHaveLength(1_001);
    bench.rules.close();
  });
});

describe('What lasts while a rule is active', () => {
  it('is undone only after it has begun', async () => {
    const slow = pending();
    const bench = new Bench([ruleOf('A', { ...maintenance }, calling)]);
    bench.perform = (intent) => (intent.kind === 'siren.startOwn' ? slow.promise : undefined);
    bench.begin();
    bench.end();
    expect(bench.done).toEqual(['siren.startOwn', 'call.place', 'call.hangUp']);
    slow.resolve();
    await settle();
    expect(bench.done).toEqual(['siren.startOwn', 'call.place', 'call.hangUp', 'siren.release']);
    bench.rules.close();
  });

  it('is remembered from before it begins until it is undone, where it would outlive the device', () => {
    const bench = new Bench([ruleOf('A', evacuation, calling, maintenance)]);
    bench.begin();
    expect(bench.kept).toEqual([['rule:A:2']]);
    bench.end();
    expect(bench.kept).toEqual([['rule:A:2'], []]);
    bench.rules.close();
  });

  it('is undone again and again until that works', () => {
    const bench = new Bench([ruleOf('A', maintenance)]);
    bench.begin();
    let isBroken = true;
    bench.perform = () => {
      if (isBroken) throw new Error('unreachable');
    };
    bench.end();
    bench.clock.advance(seconds(5));
    expect(bench.done).toEqual(['siren.startOwn', 'siren.release', 'siren.release']);
    isBroken = false;
    bench.clock.advance(seconds(10));
    expect(bench.done).toHaveLength(4);
    expect(bench.kept.at(-1)).toEqual([]);
    bench.clock.advance(seconds(1_000));
    expect(bench.done).toHaveLength(4);
    bench.rules.close();
    expect(bench.clock.pending).toEqual([]);
  });

  it('stays remembered where a changed rule holds something else in its place at once', () => {
    const publish = { kind: 'mqtt.publish', topic: 'work', payload: 'begun', endPayload: 'over' };
    const bench = new Bench([ruleOf('A', publish)]);
    bench.begin();
    const ringing = ruleSchema.parse({
      name: 'A',
      conditions: [{ ...active, invert: true }],
      actions: [maintenance],
    });
    bench.rules.setRules([ringing]);
    bench.end();
    // The siren comes first, and so maintenance mode is on before the rule says that the earlier work is over.
    expect(bench.done).toEqual(['mqtt.publish', 'siren.startOwn', 'mqtt.publish']);
    expect(bench.kept.at(-1)).toEqual(['rule:A:0']);
    bench.rules.close();
  });

  it('stays remembered where its rule is active again before the undo has ended', async () => {
    const slow = pending();
    const output = { kind: 'io.output', port: 1, run: 'whileActive' };
    const bench = new Bench([ruleOf('A', output)]);
    bench.begin();
    bench.perform = (intent) => (intent.kind === 'output.release' ? slow.promise : undefined);
    bench.end();
    bench.begin();
    slow.resolve();
    await settle();
    expect(bench.done).toEqual(['output.hold', 'output.release', 'output.hold']);
    expect(bench.kept.at(-1)).toEqual(['rule:A:0']);
    bench.rules.close();
  });

  it('is still undone again and again where a changed rule holds something else in its place', () => {
    const bench = new Bench([ruleOf('A', { kind: 'io.output', port: 1, run: 'whileActive' })]);
    bench.begin();
    bench.rules.setRules([ruleOf('A', { kind: 'io.output', port: 2, run: 'whileActive' })]);
    let isBroken = true;
    bench.perform = (intent) => {
      if (isBroken && intent.kind === 'output.release') throw new Error('unreachable');
    };
    bench.end();
    bench.begin();
    isBroken = false;
    bench.clock.advance(seconds(1_000));
    expect(bench.done).toEqual(['output.hold', 'output.release', 'output.hold', 'output.release']);
    expect(bench.kept.at(-1)).toEqual(['rule:A:0']);
    bench.rules.close();
  });

  it('is not undone any more when its rule is active again', () => {
    const bench = new Bench([ruleOf('A', maintenance)]);
    bench.begin();
    bench.perform = (intent) => {
      if (intent.kind === 'siren.release') throw new Error('unreachable');
    };
    bench.end();
    bench.begin();
    bench.clock.advance(seconds(1_000));
    expect(bench.done).toEqual(['siren.startOwn', 'siren.release', 'siren.startOwn']);
    bench.rules.close();
  });
});

describe('After a crash', () => {
  const cause = { rule: 'A' as RuleId, name: 'A', text: 'rule "A"', at: 0 };
  const undo = (owner: string): [string, Intent] => [
    owner,
    { kind: 'siren.release', purpose: 'maintenance', owner, cause },
  ];
  const idle = ruleSchema.parse({
    name: 'A',
    conditions: [{ ...active, invert: true }],
    actions: [line('begun'), maintenance],
  });

  it('everything but the siren waits until the device is complete', () => {
    const bench = new Bench([idle], { waits: true });
    expect(bench.done).toEqual(['siren.startOwn']);
    bench.rules.begin();
    expect(bench.done).toEqual(['siren.startOwn', 'log begun']);
    bench.rules.close();
  });

  it('what a rule holds again stays, and what no rule holds is undone', () => {
    const bench = new Bench([idle], { past: [undo('rule:A:1'), undo('rule:Gone:0')], waits: true });
    bench.rules.begin();
    expect(bench.done).toEqual(['siren.startOwn', 'siren.release', 'log begun']);
    expect(bench.kept.at(-1)).toEqual(['rule:A:1']);
    bench.rules.close();
  });

  it('what a changed rule runs in the place of it stays', () => {
    const changed = ruleSchema.parse({ ...idle, actions: [evacuation] });
    const bench = new Bench([changed], { past: [undo('rule:A:0')], waits: true });
    const undone: Intent[] = [];
    bench.perform = (intent) => void undone.push(intent);
    bench.rules.begin();
    // The alarm has begun by then, for the same owner.
    expect(bench.done).toEqual(['siren.start', 'siren.release']);
    expect(undone).toMatchObject([{ kind: 'siren.release', purpose: 'maintenance', owner: 'rule:A:0' }]);
    expect(bench.kept.at(-1)).toEqual([]);
    bench.rules.close();
  });

  it('what cannot be undone stays remembered', () => {
    const bench = new Bench([], { past: [undo('rule:Gone:0')], waits: true });
    bench.perform = () => Promise.reject(new Error('unreachable'));
    bench.rules.begin();
    expect(bench.kept.at(-1)).toEqual(['rule:Gone:0']);
    bench.rules.close();
  });
});
