import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { serialise, type SipRequest } from '../../src/sip/message/index.js';
import { RecordingLog } from '../support/recording-log.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';
import { WireCall } from '../support/wire-call.js';
import { WireRequest, type WireRequestOptions } from '../support/wire-request.js';

let siren: TestDevice;
let phone: UdpPeer;
let attacker: UdpPeer;
let alarm: WireCall;
let log: RecordingLog;

beforeEach(async () => {
  log = new RecordingLog();
  siren = await TestDevice.start({ log });
  phone = await UdpPeer.open(siren.sipPort);
  attacker = await UdpPeer.open(siren.sipPort);
  alarm = await WireCall.establish(phone, '1001');
  await siren.event('activity', ({ change }) => change === 'started');
});

afterEach(async () => {
  await siren.close();
  await attacker.close();
  await phone.close();
});

/** Sends in bursts that the sockets of loopback can hold. */
async function flood(count: number, of: (index: number) => Pick<WireRequest, 'send'>): Promise<void> {
  for (let start = 0; start < count; start += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => of(start + index).send()));
    await new Promise((resume) => setImmediate(resume));
  }
}

/** The alarm is as it was, its caller is heard, and its end ends it. */
async function expectAlarmUnharmed(): Promise<void> {
  expect(siren.device.siren.status().light[0]).toMatchObject({ profile: 'Evacuation', running: true });
  expect(siren.device.calls.list()).toHaveLength(1);
  await alarm.info('5');
  expect((await siren.event('call.dtmf')).event.digit).toBe('5');
  expect((await alarm.bye()).status).toBe(200);
  await siren.event('activity', ({ change }) => change === 'ended');
  expect(log.lines.all.filter(({ level }) => level === 'error')).toEqual([]);
}

const text = (index: number, changes: Partial<WireRequestOptions> = {}) =>
  new WireRequest(attacker, {
    method: 'MESSAGE',
    extension: '1001',
    headers: ['Content-Type: text/plain'],
    body: `number ${index} ${'x'.repeat(1_000)}`,
    ...changes,
  });

const watch = (index: number, changes: Partial<WireRequestOptions> = {}) =>
  new WireRequest(attacker, {
    method: 'SUBSCRIBE',
    extension: String(1_000 + (index % 5_000)),
    from: `stranger${index}`,
    headers: ['Event: dialog', 'Expires: 3600'],
    ...changes,
  });

function notifies({ received }: UdpPeer): SipRequest[] {
  return received.all.filter(
    (message): message is SipRequest => message.kind === 'request' && message.method === 'NOTIFY',
  );
}

describe('While an alarm sounds', () => {
  it('a flood of messages is taken in part, remembered in part, and harms nothing', async () => {
    await flood(3_000, text);
    await expectAlarmUnharmed();
    expect(siren.device.calls.messages().length).toBeLessThanOrEqual(100);
    expect(siren.events('message.received').length).toBeLessThan(200);
  });

  it('a flood of subscriptions, whose NOTIFYs nobody answers, leaves few', async () => {
    attacker.onRequest = () => undefined;
    await flood(3_000, watch);
    await expectAlarmUnharmed();
    expect(siren.device.calls.lamps().length).toBeLessThanOrEqual(50);
  });

  it('subscriptions that lead elsewhere bring few NOTIFYs there', async () => {
    const victim = await UdpPeer.open(0);
    victim.onRequest = () => undefined;
    try {
      await flood(500, (index) => {
        const { bytes } = watch(index);
        const moved = bytes
          .toString()
          .replace(/Contact: .*\r\n/, `Contact: <sip:victim@127.0.0.1:${victim.port}>\r\n`);
        return { send: () => attacker.send(moved) };
      });
      await expectAlarmUnharmed();
      expect(new Set(notifies(victim).map(({ callId }) => callId)).size).toBeLessThanOrEqual(50);
    } finally {
      await victim.close();
    }
  });

  it('a forged subscription has few octets sent to whom it names, and forged ones of many sources as well', async () => {
    const victim = await UdpPeer.open(siren.sipPort, '127.0.0.6');
    victim.onRequest = () => undefined;
    try {
      const leading = (index: number) => {
        const text = watch(index).bytes.toString();
        return text.replace(/Contact: .*\r\n/, `Contact: <sip:victim@${victim.host}:${victim.port}>\r\n`);
      };
      const [one] = [leading(0)];
      await attacker.send(one);
      const over = () => siren.device.calls.lamps().length === 0;
      await victim.request('NOTIFY');
      await until('the device to give it up', over);
      const octets = notifies(victim).reduce((sum, message) => sum + serialise(message).length, 0);
      expect(notifies(victim).length).toBeLessThanOrEqual(3);
      expect(octets).toBeLessThan(8 * one.length);
      const before = notifies(victim).length;
      const sources = await Promise.all(
        Array.from({ length: 60 }, (_, index) => UdpPeer.open(siren.sipPort, `127.0.2.${index + 1}`)),
      );
      await Promise.all(
        sources.flatMap((source, at) => [0, 1, 2].map((n) => source.send(leading(1 + at * 3 + n)))),
      );
      await attacker.ask();
      expect(siren.device.calls.lamps().length).toBeLessThanOrEqual(50);
      await until('the device to give them up', over);
      const callIds = new Set(
        notifies(victim)
          .slice(before)
          .map(({ callId }) => callId),
      );
      expect(callIds.size).toBeLessThanOrEqual(50);
      for (const source of sources) await source.close();
      await expectAlarmUnharmed();
    } finally {
      await victim.close();
    }
  }, 30_000);

  it('a subscription that moves somewhere else at each refresh brings little there', async () => {
    const victim = await UdpPeer.open(siren.sipPort, '127.0.0.6');
    victim.onRequest = () => undefined;
    try {
      const first = watch(0);
      const { toTag } = await first.ask();
      await attacker.request('NOTIFY', first.callId);
      await attacker.ask();
      let request = first;
      for (let refresh = 0; refresh < 20; refresh++) {
        request = request.again({ toTag: toTag ?? '' });
        const contact = `Contact: <sip:v${refresh}@${victim.host}:${victim.port}>\r\n`;
        await attacker.send(request.bytes.toString().replace(/Contact: .*\r\n/, contact));
      }
      await victim.request('NOTIFY', first.callId);
      await until('the device to give it up', () => siren.device.calls.lamps().length === 0);
      expect(notifies(victim).length).toBeLessThanOrEqual(3);
      await expectAlarmUnharmed();
    } finally {
      await victim.close();
    }
  }, 30_000);

  it.each([
    ['MESSAGE', ['Content-Type: text/plain;charset=;;;']],
    ['MESSAGE', ['Content-Type: /']],
    ['MESSAGE', ['Content-Type: message/cpim']],
    ['MESSAGE', ['Content-Type: text/plain;charset="\\""', 'Content-Encoding: \u00ff']],
    ['SUBSCRIBE', ['Event: dialog;id="', 'Expires: 3600']],
    ['SUBSCRIBE', ['Event: dialog;id=\u0001']],
    ['SUBSCRIBE', [`Event: dialog;id=${'a'.repeat(500)}`]],
    ['SUBSCRIBE', ['Event: dialog', 'Expires: 99999999999999999999']],
    ['SUBSCRIBE', ['Event: dialog', 'Expires: -1']],
    ['SUBSCRIBE', ['Event: dialog', 'Accept: ;;;']],
    ['SUBSCRIBE', ['Event: dialog', 'Record-Route: <sip:[::1;lr>']],
    ['SUBSCRIBE', ['Event: dialog', 'Record-Route: <tel:112>']],
    ['SUBSCRIBE', ['Event: __proto__']],
  ])('a malformed %s is answered or dropped: %j', async (method, headers) => {
    const body = method === 'MESSAGE' ? randomBytes(2_000) : '';
    await new WireRequest(attacker, { method, extension: '1001', headers, body }).send();
    expect((await attacker.ask()).status).toBe(200);
    await expectAlarmUnharmed();
  });
});
