import { afterEach, describe, expect, it } from '@jest/globals';
import { formatUri, serialise, SipResponse, type SipRequest } from '../../src/sip/message/index.js';
import type { AccountId } from '../../src/base/ids.js';
import { RecordingLog } from '../support/recording-log.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { WireCall } from '../support/wire-call.js';

/** A host of its own, as far as addresses tell. */
const REGISTRAR = '127.0.0.9';
/** More requests than any honest registrar brings about until it is known whether it registers. */
const MOST_REGISTERS = 12;
const STRAY_RESPONSES = 20_000;
const BATCH = 100;

type Headers = readonly (readonly [string, string])[];
/** What it answers to which REGISTER, counted from 0. */
type Manner = (request: SipRequest, count: number) => readonly [number, Headers?];

const log = new RecordingLog();
const closing: (() => unknown)[] = [];
let registrar: UdpPeer;
let siren: TestDevice;
let phone: UdpPeer;
let alarm: WireCall;

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const digest = (realm: string, nonce: string, more = ''): Headers => [
  ['WWW-Authenticate', `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5, qop="auth"${more}`],
];

/** A device with an account there, while an alarm sounds that a phone began. */
async function begin(manner: Manner): Promise<void> {
  siren = await TestDevice.start({ log });
  closing.push(() => siren.close());
  registrar = await UdpPeer.open(siren.sipPort, REGISTRAR);
  closing.push(() => registrar.close());
  let count = 0;
  registrar.onRequest = (request, reply) => {
    if (request.method !== 'REGISTER' || request.headers.first('Expires') === '0') return reply(200);
    const [status, headers = []] = manner(request, count++);
    const response = SipResponse.to(request, status, { toTag: 'registrar', headers });
    void registrar.send(serialise(response));
  };
  phone = await UdpPeer.open(siren.sipPort);
  closing.push(() => phone.close());
  alarm = await WireCall.establish(phone, '1001');
  const account = {
    ...{ id: 'office', mode: 'registered', userId: '2042', domain: 'office', isDefault: false },
    ...{ registrar: `${REGISTRAR}:${registrar.port}`, password: 'top-secret' },
  };
  await siren.device.control.run('accounts.create', { account }, { name: 'test', role: 'administrator' });
}

function registers(): SipRequest[] {
  return registrar.received.all.filter(
    (message): message is SipRequest => message.kind === 'request' && message.method === 'REGISTER',
  );
}

async function standing(state: string) {
  return (await siren.event('account.registration', (event) => event.state === state)).event;
}

/** The alarm goes on, somebody new is served, and the alarm ends when its caller wants it. */
async function expectAlarm(): Promise<void> {
  expect(siren.device.siren.status().siren[0]).toMatchObject({ profile: 'Evacuation', running: true });
  const another = await WireCall.establish(phone, '1002');
  expect((await another.bye()).status).toBe(200);
  expect((await alarm.bye()).status).toBe(200);
  expect(log.messages('error')).toEqual([]);
}

describe('a registrar', () => {
  it.each<[string, Manner]>([
    [
      'wants a longer time again and again',
      (request) => [423, [['Min-Expires', `${Number(request.headers.first('Expires')) + 1}`]]],
    ],
    ['wants a time of 136 years', () => [423, [['Min-Expires', '4294967295']]]],
    ['finds every nonce too old', (_request, count) => [401, digest('office', `n${count}`, ', stale=true')]],
    ['asks in the name of ever new realms', (_request, count) => [401, digest(`realm${count}`, `n${count}`)]],
    [
      'asks as a proxy and as a server in turns',
      (_request, count) => {
        const [[, value] = ['', '']] = digest(`realm${count}`, 'n');
        return count % 2 === 0
          ? [401, [['WWW-Authenticate', value]]]
          : [407, [['Proxy-Authenticate', value]]];
      },
    ],
    [
      'redirects to ever new addresses',
      (_request, count) => [302, [['Contact', `<sip:r${count}@${REGISTRAR}:${registrar.port}>`]]],
    ],
    ['grants no time', () => [200, [['Expires', '0']]]],
  ])('that %s is given up for a while', async (_what, manner) => {
    await begin(manner);
    await standing('refused');
    expect(registers().length).toBeLessThanOrEqual(MOST_REGISTERS);
    await expectAlarm();
  });

  it.each(['4294967295', '99999999999999999999', '-1', 'soon', '1e999', '1'])(
    'that grants "%s" seconds has the device registered, and back within a day',
    async (expires) => {
      await begin(({ contacts }) => [
        200,
        [['Contact', `<${formatUri(contacts[0]!.uri)}>;expires=${expires}`]],
      ]);
      await standing('registered');
      const { expiresAt } = siren.device.calls.registrationOf('office' as AccountId);
      expect(expiresAt).toBeLessThanOrEqual(Date.now() + 86_400_000);
      await expectAlarm();
    },
  );

  it('that gives hundreds of routes and contacts is taken at a part of its word, and calls go on', async () => {
    const route = (index: number) => `<sip:p${index}@${REGISTRAR}:${registrar.port};lr>`;
    const contacts = Array.from({ length: 300 }, (_, index) => `<sip:c${index}@192.0.2.1>;expires=${index}`);
    await begin(() => [
      200,
      [
        ['Service-Route', Array.from({ length: 500 }, (_, index) => route(index)).join(', ')],
        ['Contact', contacts.join(', ')],
        ['Expires', '600'],
      ],
    ]);
    await standing('registered');
    const to = `sip:somebody@${REGISTRAR}:${registrar.port}`;
    await siren.device.calls.place({ to, account: 'office' as AccountId });
    const invite = await registrar.request('INVITE');
    expect(invite.routes.length).toBeLessThanOrEqual(16);
    await expectAlarm();
  });

  it('whose answers flood in, to questions that nobody asked, keeps nobody waiting', async () => {
    await begin(() => [200]);
    await standing('registered');
    const [asked] = registers();
    const tail = (index: number) =>
      `Via: SIP/2.0/UDP 127.0.0.1:${siren.sipPort};branch=z9hG4bK-stray-${index}\r\n` +
      `From: <sip:2042@office>;tag=${asked?.fromTag}\r\nTo: <sip:2042@office>;tag=t${index}\r\n` +
      `Call-ID: ${index % 2 === 0 ? asked?.callId : `stray-${index}`}\r\n`;
    const lines = ['200 OK', '401 Unauthorized', '183 Session Progress', '302 Moved Temporarily', '503 Busy'];
    const methods = ['REGISTER', 'INVITE', 'BYE', 'OPTIONS'];
    for (let start = 0; start < STRAY_RESPONSES; start += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, at) => start + at);
      await Promise.all(
        batch.map((index) =>
          registrar.send(
            `SIP/2.0 ${lines[index % lines.length]}\r\n${tail(index)}CSeq: ${index % 7} ${methods[index % methods.length]}\r\n` +
              `Contact: <sip:x@192.0.2.9>\r\nContent-Length: 0\r\n\r\n`,
          ),
        ),
      );
      await phone.ask();
    }
    const sent = registrar.received.all.filter(
      (message) => message.kind === 'request' && message.method !== 'REGISTER',
    );
    expect(sent.length).toBeLessThan(20);
    await expectAlarm();
  }, 30_000);
});
