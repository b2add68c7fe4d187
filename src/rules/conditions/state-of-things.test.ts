import { describe, expect, it } from '@jest/globals';
import { profileAction } from '../../../test/support/rules/rule-of.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { ProfileName } from '../../base/ids.js';
import { silentLog } from '../../base/log.js';
import type { ActivityEvent, DeviceEvent } from '../../events/device-event.js';
import { EventBus } from '../../events/event-bus.js';
import { ruleSchema } from '../rule.js';
import { Rules } from '../rules.js';

/** One rule with the condition, on a bus; gives what each event made it want. */
function bench(condition: object, run: 'start' | 'whileActive' = 'whileActive') {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, log: silentLog });
  const wanted: string[] = [];
  const rules = new Rules({
    bus,
    clock,
    log: silentLog,
    rules: [ruleSchema.parse({ name: 'Rule', conditions: [condition], actions: [profileAction(run)] })],
    perform: (intent) => void wanted.push(intent.kind),
  });
  return {
    rules,
    publish: (event: DeviceEvent) => {
      bus.publish(event);
      return wanted.splice(0);
    },
  };
}

const BEGINS = ['siren.start'];
const ENDS = ['siren.release'];

const certificate = (daysLeft: number, state: 'valid' | 'removed' = 'valid'): DeviceEvent => ({
  type: 'certificate',
  certificate: 'own',
  name: 'Own',
  state,
  daysLeft,
  validTo: 0,
});

const activity = (more: Partial<ActivityEvent>): ActivityEvent => ({
  type: 'activity',
  function: 'light',
  change: 'started',
  activityId: 1,
  profile: 'Evacuation' as ProfileName,
  priority: 5,
  running: true,
  cause: 'a test',
  ...more,
});

describe('conditions over the state of things', () => {
  const input = (port: number, active: boolean): DeviceEvent => ({
    type: 'input.virtual',
    input: port,
    name: '',
    active,
  });
  const port = (state: 'active' | 'inactive' | 'unknown', direction: 'input' | 'output' = 'input') =>
    ({ type: 'input.digital', port: 1, name: 'Door', direction, state }) satisfies DeviceEvent;
  const trigger = (active: boolean): DeviceEvent => ({
    type: 'trigger.manual',
    trigger: 'drill',
    name: 'Drill',
    active,
  });
  const schedule = (active: boolean): DeviceEvent => ({
    type: 'schedule',
    schedule: 'night',
    name: 'Night',
    active,
  });
  const heartbeat = (state: 'waiting' | 'alive' | 'lost'): DeviceEvent => ({
    type: 'heartbeat',
    heartbeat: 'nvr',
    name: 'NVR',
    state,
  });
  const network = (state: 'up' | 'lost'): DeviceEvent => ({ type: 'network', state, addresses: [] });
  const storage = (state: 'ok' | 'full'): DeviceEvent => ({
    type: 'storage',
    state,
    usedPercent: 1,
    freeBytes: 1,
  });
  const health = (state: 'started' | 'passed' | 'failed' | 'interrupted'): DeviceEvent => ({
    type: 'healthCheck',
    state,
    silent: true,
    failed: [],
  });

  it.each<[string, object, DeviceEvent[], DeviceEvent[]]>([
    [
      'a virtual input',
      { kind: 'io.virtualInput', port: 2 },
      [input(3, true)],
      [input(2, true), input(2, false)],
    ],
    ['any virtual input', { kind: 'io.virtualInput' }, [input(3, false)], [input(3, true), input(3, false)]],
    [
      'a digital input',
      { kind: 'io.digitalInput', port: 1 },
      [port('inactive'), port('active', 'output')],
      [port('active'), port('unknown')],
    ],
    [
      'an unknown input',
      { kind: 'io.digitalInput', port: 1, state: 'unknown' },
      [port('active')],
      [port('unknown'), port('inactive')],
    ],
    [
      'a manual trigger',
      { kind: 'io.manualTrigger', manualTrigger: 'drill' },
      [trigger(false)],
      [trigger(true), trigger(false)],
    ],
    [
      'a schedule',
      { kind: 'schedule.active', schedule: 'night' },
      [schedule(false)],
      [schedule(true), schedule(false)],
    ],
    [
      'a lost heartbeat',
      { kind: 'heartbeat.lost' },
      [heartbeat('waiting'), heartbeat('alive')],
      [heartbeat('lost'), heartbeat('alive')],
    ],
    ['a lost network', { kind: 'network.lost' }, [network('up')], [network('lost'), network('up')]],
    ['a full disk', { kind: 'storage.full' }, [storage('ok')], [storage('full'), storage('ok')]],
    [
      'a failed health check',
      { kind: 'healthCheck.failed' },
      [health('passed'), health('started')],
      [health('failed'), health('passed')],
    ],
    [
      'a device that is ready',
      { kind: 'system.ready' },
      [],
      [
        { type: 'system', state: 'ready' },
        { type: 'system', state: 'stopping' },
      ],
    ],
    [
      'a certificate',
      { kind: 'certificate.expiring', days: 10 },
      [certificate(11), certificate(10)],
      [certificate(9), certificate(9, 'removed')],
    ],
  ])('hold while it is so: %s', (_name, condition, before, [begin, end]) => {
    const { rules, publish } = bench(condition);
    for (const event of before) expect(publish(event)).toEqual([]);
    expect(publish(begin!)).toEqual(BEGINS);
    expect(publish(begin!)).toEqual([]);
    expect(rules.why({ limit: 1 })[0]?.text).toContain('Condition 1 is met');
    expect(publish(end!)).toEqual(ENDS);
    rules.close();
  });

  it('keep what a failed check found while another runs', () => {
    const { rules, publish } = bench({ kind: 'healthCheck.failed' });
    expect(publish(health('failed'))).toEqual(BEGINS);
    expect(publish(health('started'))).toEqual([]);
    expect(publish(health('interrupted'))).toEqual([]);
    rules.close();
  });

  it('are met at each pulse', () => {
    const { rules, publish } = bench({ kind: 'schedule.pulse', schedule: 'hourly' }, 'start');
    const pulse = (schedule: string): DeviceEvent => ({ type: 'pulse', schedule, name: '' });
    expect(publish(pulse('other'))).toEqual([]);
    expect(publish(pulse('hourly'))).toEqual(BEGINS);
    expect(publish(pulse('hourly'))).toEqual(BEGINS);
    rules.close();
  });
});

describe('conditions over activities', () => {
  const waiting = activity({ change: 'interrupted', running: false });
  const resumed = activity({ change: 'resumed' });
  const ended = activity({ change: 'ended', running: false });

  it('hold while a profile shows or sounds', () => {
    const { rules, publish } = bench({ kind: 'siren.profile', profile: 'Evacuation' });
    expect(publish(activity({ activityId: 9, profile: 'Other' as ProfileName }))).toEqual([]);
    expect(publish(activity({}))).toEqual(BEGINS);
    expect(publish(activity({ function: 'siren' }))).toEqual([]);
    expect(publish(waiting)).toEqual([]);
    expect(publish(activity({ function: 'siren', change: 'ended', running: false }))).toEqual(ENDS);
    expect(publish(resumed)).toEqual(BEGINS);
    expect(publish(ended)).toEqual(ENDS);
    rules.close();
  });

  it('hold while a profile is there, although it waits', () => {
    const { rules, publish } = bench({ kind: 'siren.profile', profile: 'Evacuation', state: 'present' });
    expect(publish(activity({ running: false }))).toEqual(BEGINS);
    expect(publish(resumed)).toEqual([]);
    expect(publish(waiting)).toEqual([]);
    expect(publish(ended)).toEqual(ENDS);
    rules.close();
  });

  it('hold on while one alarm takes the place of another', () => {
    const { rules, publish } = bench({ kind: 'siren.activity', function: 'light' });
    const other = (more: Partial<ActivityEvent>) => activity({ activityId: 2, priority: 7, ...more });
    expect(publish(activity({}))).toEqual(BEGINS);
    expect(publish(activity({ change: 'interrupted', running: false, isHandover: true }))).toEqual([]);
    expect(publish(other({ isHandover: true }))).toEqual([]);
    expect(publish(other({ change: 'ended', running: false, isHandover: true }))).toEqual([]);
    expect(publish(activity({ change: 'resumed', isHandover: true }))).toEqual([]);
    expect(publish(ended)).toEqual(ENDS);
    rules.close();
  });

  it('hold while the light shows anything, and while maintenance mode is on', () => {
    const light = bench({ kind: 'siren.activity', function: 'light' });
    expect(light.publish(activity({ function: 'siren' }))).toEqual([]);
    expect(light.publish(activity({}))).toEqual(BEGINS);
    expect(light.publish(ended)).toEqual(ENDS);
    light.rules.close();
    const mode = bench({ kind: 'siren.maintenance' });
    const { profile: _none, ...own } = activity({ purpose: 'maintenance', priority: 11 });
    expect(mode.publish(activity({}))).toEqual([]);
    expect(mode.publish({ ...own, activityId: 2 })).toEqual(BEGINS);
    expect(mode.publish({ ...own, activityId: 2, change: 'ended', running: false })).toEqual(ENDS);
    mode.rules.close();
  });
});
