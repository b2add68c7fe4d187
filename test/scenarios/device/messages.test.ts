import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DigestClient } from '../../../src/sip/index.js';
import { parseMessage, type SipRequest } from '../../../src/sip/message/index.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { until } from '../../support/until.js';
import { WireCall } from '../../support/wire-call.js';
import { WireRequest, type WireRequestOptions } from '../../support/wire-request.js';

let siren: TestDevice;
let peer: UdpPeer;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  peer = await UdpPeer.open(siren.sipPort);
});

afterEach(async () => {
  await peer.close();
  await siren.close();
});

const message = (text: string, changes: Partial<WireRequestOptions> = {}) =>
  new WireRequest(peer, {
    method: 'MESSAGE',
    extension: '1001',
    headers: ['Content-Type: text/plain'],
    body: text,
    ...changes,
  });

/** Messages so far, in words. */
const texts = () => siren.events('message.received').map(({ text }) => text);

async function addRule(condition: object, action: object): Promise<void> {
  const rule = { name: 'By message', conditions: [condition], actions: [action] };
  expect(await siren.api('POST', '/rules', rule)).toMatchObject({ status: 201 });
}

const startIntrusion = { kind: 'siren.profile', profile: 'Intrusion', run: 'start' };

describe('A message to the device', () => {
  it('is an event and stands in the list', async () => {
    const response = await message('All clear', { from: 'guard' }).ask();
    expect(response.status).toBe(200);
    const { event } = await siren.event('message.received');
    expect(event).toEqual({
      type: 'message.received',
      messageId: 'message-1',
      direction: 'Incoming',
      account: 'peer-to-peer',
      localUri: 'sip:1001@127.0.0.1',
      remoteUri: 'sip:guard@127.0.0.1',
      contentType: 'text/plain',
      text: 'All clear',
    });
    expect((await siren.api('GET', '/messages')).body).toMatchObject([
      { kind: 'received', text: 'All clear' },
    ]);
  });

  it('starts what a rule says, where its text and its addresses fit', async () => {
    await addRule(
      {
        kind: 'call.message',
        localUri: '1001',
        remoteUri: 'guard',
        text: '^alarm( now)?$',
        match: 'expression',
      },
      startIntrusion,
    );
    await message('alarm now', { from: 'stranger' }).ask();
    await message('alarm later', { from: 'guard' }).ask();
    await message('alarm now', { from: 'guard', extension: '1002' }).ask();
    expect(siren.events('activity')).toEqual([]);
    await message(' ALARM now\n', { from: 'guard' }).ask();
    await siren.event('activity', ({ profile, change }) => profile === 'Intrusion' && change === 'started');
    const why = await siren.api('GET', '/rule-decisions?limit=1');
    expect(JSON.stringify(why.body)).toContain('that fits /^alarm( now)?$/ is received');
  });

  it('is one message, however often and by whatever ways it comes', async () => {
    const first = message('once');
    await first.ask();
    await first.send();
    const fork = new WireRequest(peer, {
      ...{ method: 'MESSAGE', extension: '1001', callId: first.callId },
      ...{ headers: ['Content-Type: text/plain'], body: 'once' },
    });
    await fork.ask();
    await message('and another').ask();
    expect(texts()).toEqual(['once', 'and another']);
  });

  it.each([
    [415, { headers: ['Content-Type: text/html'] }],
    [415, { headers: ['Content-Type: text/plain', 'Content-Encoding: gzip'] }],
    [413, { body: 'a'.repeat(4_097) }],
    [420, { headers: ['Content-Type: text/plain', 'Require: telepathy'] }],
  ])('that cannot be taken gets %d', async (status, changes) => {
    const response = await message('x', changes).ask();
    expect(response.status).toBe(status);
    if (status === 415) expect(response.headers.first('Accept')).toBe('text/plain, message/cpim');
    expect(texts()).toEqual([]);
  });

  it('that comes with many others is asked to come later, and calls go on being answered', async () => {
    const flood = Array.from({ length: 60 }, (_, index) => message(`number ${index}`));
    const statuses = (await Promise.all(flood.map((one) => one.ask()))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 480]));
    expect(texts().length).toBeLessThan(30);
    await WireCall.establish(peer, '1001');
    await siren.event('activity', ({ profile, change }) => profile === 'Evacuation' && change === 'started');
  });

  it('is refused as a call would be', async () => {
    await siren.api('PATCH', '/sip', { allowIncomingCalls: false });
    expect((await message('x').ask()).status).toBe(403);
    await siren.api('PATCH', '/sip', { allowIncomingCalls: true });
    await siren.api('PATCH', '/access-list', { enabled: true, policy: 'block' });
    expect((await siren.api('POST', '/access-list/sources', { source: 'stranger' })).status).toBe(201);
    expect((await message('x', { from: 'stranger' }).ask()).status).toBe(403);
    expect((await message('x', { from: 'guard' }).ask()).status).toBe(200);
    expect(texts()).toEqual(['x']);
  });

  it('must know the password where callers must', async () => {
    const account = siren.device.config.get('accounts')[0]!;
    await siren.device.config.update('accounts', [{ ...account, callerPassword: 'open sesame' }]);
    const first = message('hello');
    const challenge = await first.ask();
    expect([challenge.status, texts()]).toEqual([401, []]);
    const parsed = parseMessage(first.bytes, 'datagram');
    const answer = (password: string) => {
      const client = new DigestClient({
        credentials: { username: 'guard', password },
        scope: { hosts: ['127.0.0.1'] },
      });
      const target = { protocol: 'udp', address: '127.0.0.1', port: siren.sipPort } as const;
      const lines = client.answer(challenge, (parsed as { message: SipRequest }).message, target) ?? [];
      return lines.map(([name, value]) => `${name}: ${value}`);
    };
    const type = 'Content-Type: text/plain';
    const wrong = await first.again({ headers: [type, ...answer('wrong')] }).ask();
    expect([wrong.status, texts()]).toEqual([401, []]);
    const right = await first.again({ sequence: 3, headers: [type, ...answer('open sesame')] }).ask();
    expect([right.status, texts()]).toEqual([200, ['hello']]);
  });

  it('within a call belongs to it', async () => {
    const wire = await WireCall.establish(peer, '1001');
    await siren.event('call.state', ({ state }) => state === 'Active');
    expect((await wire.message('in the call')).status).toBe(200);
    const { callId } = siren.device.calls.list()[0]!;
    expect(siren.events('message.received')).toMatchObject([{ text: 'in the call', callId }]);
  });
});

describe('A message of the device', () => {
  const send = (body: object) => siren.api('POST', '/messages', body);
  const to = () => `sip:guard@127.0.0.1:${peer.port}`;

  it('arrives, and what became of it is told', async () => {
    const sent = await send({ to: to(), text: 'Gate 3 öffnen' });
    expect(sent).toMatchObject({ status: 200, body: { outcome: 'delivered', status: 200, reason: 'OK' } });
    const request = await peer.request('MESSAGE');
    expect(request.body.toString()).toBe('Gate 3 öffnen');
    expect(request.headers.first('Content-Type')).toBe('text/plain;charset=utf-8');
    expect(request.headers.has('Contact')).toBe(false);
    expect((await siren.api('GET', '/messages')).body).toMatchObject([
      { kind: 'sent', outcome: 'delivered' },
    ]);
  });

  it.each([
    [202, 'accepted'],
    [404, 'refused'],
    [603, 'refused'],
  ])('that gets %d is %s', async (status, outcome) => {
    peer.onRequest = (_request, reply) => reply(status);
    expect((await send({ to: to(), text: 'x' })).body).toMatchObject({ outcome, status });
  });

  it('to nowhere fails in words', async () => {
    const { body } = await send({ to: 'sip:guard@no-such-host.invalid', text: 'x' });
    expect(body).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('no-such-host.invalid'),
    });
  });

  it('is what a rule says, and answers whoever wrote', async () => {
    await addRule(
      { kind: 'call.message', text: 'status' },
      {
        kind: 'sip.message',
        to: `{{remoteUri}}:${peer.port}`,
        text: 'You said "{{text}}" to {{extension}}.',
      },
    );
    await message('Status?', { from: 'guard' }).ask();
    const request = await peer.request('MESSAGE');
    expect([request.uri.toString(), request.body.toString()]).toEqual([
      `sip:guard@127.0.0.1:${peer.port}`,
      'You said "Status?" to 1001.',
    ]);
    const { event } = await siren.event('message.sent');
    expect(event).toMatchObject({ outcome: 'delivered', text: 'You said "Status?" to 1001.' });
  });

  it('of a rule that is refused is told of with the reason', async () => {
    peer.onRequest = (_request, reply) => reply(486);
    await addRule({ kind: 'call.message' }, { kind: 'sip.message', to: to(), text: 'x' });
    await message('go').ask();
    await siren.event('message.sent');
    await until('the failure', () =>
      siren.device.rules.why({})[0]?.text.includes('did not arrive: 486 Busy Here'),
    );
  });

  it('of a rule to no address is refused when the rule is saved', async () => {
    const action = { kind: 'sip.message', to: 'guard', text: 'x' };
    const rule = { name: 'x', conditions: [{ kind: 'call.message' }], actions: [action] };
    const { status, body } = await siren.api('POST', '/rules', rule);
    expect([status, body]).toMatchObject([
      422,
      { errors: [{ path: 'actions[0].to', message: 'is no SIP address' }] },
    ]);
  });

  it('that cannot be sent at all is refused with the reason', async () => {
    const refused: [object, number][] = [
      [{ text: 'x' }, 422],
      [{ to: 'sip:a@b', text: '' }, 422],
      [{ to: 'no address', text: 'x' }, 422],
      [{ to: 'sip:a@b', contact: 'c', text: 'x' }, 422],
      [{ contact: 'nobody', text: 'x' }, 404],
      [{ to: 'sip:a@b', text: 'x', account: 'nobody' }, 404],
      [{ to: 'sip:a@b', text: 'x'.repeat(1_001) }, 422],
    ];
    for (const [body, status] of refused) expect([body, (await send(body)).status]).toEqual([body, status]);
    expect((await siren.api('GET', '/messages')).body).toEqual([]);
  });
});
