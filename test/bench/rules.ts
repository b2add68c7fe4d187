import { FakeClock } from '../support/fake-clock.js';
import { callOf, changeEvent, stateEvent } from '../support/rules/call-events.js';
import { silentLog } from '../../src/base/log.js';
import type { DeviceEvent } from '../../src/events/device-event.js';
import { EventBus } from '../../src/events/event-bus.js';
import { ruleSchema, type Rule } from '../../src/rules/rule.js';
import { Rules } from '../../src/rules/rules.js';

/** What an event costs on its way from the bus to the intent. */
export interface RuleCost {
  readonly rules: number;
  /** CPU time of an event, microseconds. */
  readonly microseconds: number;
}

const RULE_COUNTS = [2, 256, 10_000, 100_000];
const CALLS = 40_000;
const EVENTS_PER_CALL = 5;

/** With ever more rules, of which always the same few match. */
export function ruleCosts(): readonly RuleCost[] {
  return RULE_COUNTS.map(costWith);
}

function costWith(count: number): RuleCost {
  const { bus, rules, performed } = build(
    Array.from({ length: count }, (_, index) => ruleFor(1_001 + index)),
  );
  run(bus, CALLS / 4);
  const before = performed();
  const begin = process.cpuUsage();
  run(bus, CALLS);
  const { user, system } = process.cpuUsage(begin);
  rules.close();
  if (performed() === before) throw new Error('No rule had anything to do.');
  return { rules: count, microseconds: (user + system) / (CALLS * EVENTS_PER_CALL) };
}

function build(list: readonly Rule[]): {
  readonly bus: EventBus;
  readonly rules: Rules;
  readonly performed: () => number;
} {
  const clock = new FakeClock();
  const bus = new EventBus({ clock, log: silentLog });
  let performed = 0;
  const rules = new Rules({
    bus,
    clock,
    log: silentLog,
    rules: list,
    perform: () => {
      performed++;
    },
  });
  return { bus, rules, performed: () => performed };
}

function ruleFor(extension: number): Rule {
  return ruleSchema.parse({
    name: `Alarm on ${extension}`,
    conditions: [{ kind: 'call.state', state: 'Active', direction: 'Incoming', localUri: String(extension) }],
    actions: [{ kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' }],
  });
}

/** Whole calls, to two extensions that have a rule. */
function run(bus: EventBus, calls: number): void {
  for (let index = 0; index < calls; index++) {
    const call = callOf(`call-${index}`, { localUri: `sip:${1_001 + (index % 2)}@192.168.0.90` });
    const events: DeviceEvent[] = [
      stateEvent(call, 'Ringing'),
      changeEvent(call, 'AcceptedByDevice'),
      stateEvent(call, 'Active'),
      changeEvent(call, 'Terminated'),
      stateEvent(call, 'Idle'),
    ];
    for (const event of events) bus.publish(event);
  }
}
