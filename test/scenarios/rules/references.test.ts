import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

/** What rules can name: where it is made and deleted, and a condition or an action that names it. */
const NAMED: readonly { path: string; item: object; condition?: object; action?: object }[] = [
  {
    path: '/schedules',
    item: { name: 'Night', kind: 'interval', start: '2026-01-05T22:00', end: '2026-01-06T06:00' },
    condition: { kind: 'schedule.active', schedule: 'one' },
  },
  {
    path: '/schedules',
    item: { name: 'Noon', kind: 'pulse', start: '2026-01-05T12:00' },
    condition: { kind: 'schedule.pulse', schedule: 'one' },
  },
  {
    path: '/manual-triggers',
    item: { name: 'Drill' },
    condition: { kind: 'io.manualTrigger', manualTrigger: 'one' },
  },
  {
    path: '/heartbeats',
    item: { name: 'Camera', everySeconds: 60 },
    condition: { kind: 'heartbeat.lost', heartbeat: 'one' },
  },
  {
    path: '/mqtt/subscriptions',
    item: { filter: 'a', type: 'stateful' },
    condition: { kind: 'mqtt.stateful', subscription: 'one' },
  },
  {
    path: '/mqtt/subscriptions',
    item: { filter: 'a', type: 'stateless' },
    condition: { kind: 'mqtt.stateless', subscription: 'one' },
  },
  {
    path: '/outputs',
    item: { name: 'Roof', kind: 'wled', enabled: false, settings: { host: '127.0.0.1' } },
    condition: { kind: 'output.failing', output: 'one' },
  },
  {
    path: '/recipients',
    item: { name: 'Web', kind: 'http', settings: { url: 'http://127.0.0.1:9/' } },
    condition: { kind: 'recipient.failing', recipient: 'one' },
  },
  {
    path: '/dtmf/sequences',
    item: { sequence: '*9#' },
    condition: { kind: 'call.dtmf', sequence: 'one' },
  },
  {
    path: '/contacts',
    item: { name: 'Gate', address: 'sip:gate@127.0.0.1' },
    action: { kind: 'call.place', contact: 'one' },
  },
];

it.each(NAMED)('What a rule names is not deleted before the rule: $path $item', async (named) => {
  const { path, item, condition, action } = named;
  expect(await siren.api('POST', path, { id: 'one', ...item })).toMatchObject({ status: 201 });
  const rule = {
    id: 'user',
    name: 'User',
    conditions: [condition ?? { kind: 'io.virtualInput', port: 1 }],
    actions: [action ?? { kind: 'log.write', text: 'it came' }],
  };
  expect(await siren.api('POST', '/rules', rule)).toMatchObject({ status: 201 });
  const refusal = await siren.api('DELETE', `${path}/one`);
  expect(refusal).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  expect(JSON.stringify(refusal.body)).toContain('used by the rule \\"User\\". Change it first.');
  expect(await siren.api('DELETE', '/rules/user')).toMatchObject({ status: 204 });
  expect(await siren.api('DELETE', `${path}/one`)).toMatchObject({ status: 204 });
});
