import { afterEach, describe, expect, it } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TestCallReport } from '../../../src/calls/test-call-report.js';
import { freePort } from '../../support/free-port.js';
import { TestDevice } from '../../support/test-device.js';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function start(options: Parameters<typeof TestDevice.start>[0] = {}): Promise<TestDevice> {
  const device = await TestDevice.start(options);
  open.push(device);
  return device;
}

async function testCall(device: TestDevice, call: object): Promise<TestCallReport> {
  const { status, body } = await device.api('POST', '/test-call', call);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as TestCallReport;
}

const failureOf = ({ ok, steps }: TestCallReport) => ({ ok, ...steps.find((step) => !step.ok) });

describe('A test call', () => {
  it('to a device that answers tells every step, and fires no rule of the caller', async () => {
    const callee = await start();
    const caller = await start({ http: true });
    const report = await testCall(caller, { to: `sip:1001@${callee.sipAddress}`, seconds: 1 });
    expect(report).toMatchObject({
      ok: true,
      account: 'peer-to-peer',
      media: { lossPercent: 0, codec: 'PCMU' },
    });
    expect(report.summary).toContain('works');
    expect(report.steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['resolve', true],
      ['invite', true],
      ['answer', true],
      ['media', true],
      ['hangUp', true],
    ]);
    expect(report.steps.find(({ step }) => step === 'media')?.detail).toMatch(
      /^\d+ packets sent, \d+ received, loss 0\.0 %, jitter [\d.]+ ms, .*PCMU, not encrypted$/,
    );
    expect(report.steps.find(({ step }) => step === 'media')?.milliseconds).toBeGreaterThanOrEqual(900);
    expect(caller.published.filter(({ event }) => event.type.startsWith('call.'))).toEqual([]);
    expect(caller.events('activity')).toEqual([]);
    // The callee is a device as any other: for it the call was real.
    await callee.event('call.state', ({ state }) => state === 'Idle');
    expect(callee.events('activity').length).toBeGreaterThan(0);
  });

  it('over TCP tells of the connection', async () => {
    const callee = await start();
    const caller = await start({
      http: true,
      accounts: [{ id: 'tcp', mode: 'peer-to-peer', userId: 'siren', transport: 'tcp' }],
    });
    const report = await testCall(caller, {
      to: `sip:1001@${callee.sipAddress}`,
      account: 'tcp',
      seconds: 1,
    });
    expect(report.steps.map(({ step }) => step)).toContain('connect');
    expect(report).toMatchObject({ ok: true, account: 'tcp' });
  });

  it('to an address where nothing listens says so', async () => {
    const caller = await start({
      http: true,
      accounts: [{ id: 'tcp', mode: 'peer-to-peer', userId: 'siren', transport: 'tcp' }],
    });
    const port = await freePort();
    const report = await testCall(caller, { to: `sip:1001@127.0.0.1:${port}`, account: 'tcp' });
    expect(failureOf(report)).toMatchObject({ ok: false, step: 'connect' });
    expect(report.summary).toContain(`127.0.0.1:${port}`);
  });

  it('to a name that nobody knows says so', async () => {
    const caller = await start({ http: true });
    const report = await testCall(caller, { to: 'sip:1001@nowhere.invalid' });
    expect(failureOf(report)).toMatchObject({
      ok: false,
      step: 'resolve',
      detail: expect.stringContaining('nowhere.invalid'),
    });
  });

  it('that is refused says what the status means', async () => {
    const callee = await start({ sip: { allowIncomingCalls: false } });
    const caller = await start({ http: true });
    const report = await testCall(caller, { to: `sip:1001@${callee.sipAddress}` });
    expect(report.steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['resolve', true],
      ['invite', true],
      ['answer', false],
    ]);
    expect(failureOf(report)).toMatchObject({ detail: expect.stringMatching(/^403 .*permissions/) });
  });

  it('to somebody who never answers gives up in time and says what was silent', async () => {
    const caller = await start({ http: true });
    const hole = createSocket('udp4');
    hole.bind(0, '127.0.0.1');
    await once(hole, 'listening');
    open.push(hole);
    const { port } = hole.address();
    const report = await testCall(caller, { to: `sip:1001@127.0.0.1:${port}`, timeoutSeconds: 1 });
    expect(failureOf(report)).toMatchObject({
      ok: false,
      step: 'invite',
      detail: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it('ends when the device stops', async () => {
    const caller = await start();
    const hole = createSocket('udp4');
    hole.bind(0, '127.0.0.1');
    await once(hole, 'listening');
    open.push(hole);
    const to = `sip:1001@127.0.0.1:${hole.address().port}`;
    const [report] = await Promise.all([
      caller.device.calls.testCall({ to, seconds: 1, timeoutSeconds: 60 }),
      once(hole, 'message').then(() => caller.close()),
    ]);
    expect(report).toMatchObject({ ok: false });
  });

  it('needs an account that exists, an address, and SIP', async () => {
    const caller = await start({ http: true });
    const status = async (call: object) => (await caller.api('POST', '/test-call', call)).status;
    expect(await status({ to: 'sip:1@127.0.0.1', account: 'nobody' })).toBe(404);
    expect(await status({ to: 'nonsense' })).toBe(422);
    await caller.api('PATCH', '/sip', { enabled: false });
    expect(await status({ to: 'sip:1@127.0.0.1' })).toBe(409);
  });
});
