import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { SipResponse } from '../../../src/sip/message/index.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { until } from '../../support/until.js';
import { WireCall, type WireCallOptions } from '../../support/wire-call.js';

const closing: (() => Promise<unknown>)[] = [];
let siren: TestDevice;
let phone: UdpPeer;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  closing.push(() => siren.close());
  phone = await UdpPeer.open(siren.sipPort);
  closing.push(() => phone.close());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function setAccount(fields: object): Promise<void> {
  const { body } = await siren.api('GET', '/accounts/peer-to-peer');
  const answer = await siren.api('PUT', '/accounts/peer-to-peer', { ...(body as object), ...fields });
  expect(answer).toMatchObject({ status: 200 });
}

/** Calls and gives the call with its final response. */
async function call(options?: WireCallOptions): Promise<{ call: WireCall; answer: SipResponse }> {
  const wire = new WireCall(phone, '1001', options);
  await wire.invite();
  const answer = await wire.final('INVITE');
  await wire.ack();
  return { call: wire, answer };
}

/** Calls without a description, and answers ours with this. */
async function lateCall(description: string): Promise<{ call: WireCall; answer: SipResponse }> {
  const wire = new WireCall(phone, '1001', { lateOffer: true });
  await wire.invite();
  const answer = await wire.final('INVITE');
  await wire.ack(description);
  return { call: wire, answer };
}

const calls = () => siren.device.calls.list();
const history = () => siren.device.calls.history();

describe('A call that comes in', () => {
  it('brings audio upon nobody who has not acknowledged it: its address may be forged', async () => {
    const victim = createSocket('udp4').bind(0, '127.0.0.1');
    await once(victim, 'listening');
    closing.push(() => new Promise((resolve) => victim.close(() => resolve(undefined))));
    const heard: Buffer[] = [];
    victim.on('message', (packet) => heard.push(packet));
    const wire = new WireCall(phone, '1001', { rtpPort: victim.address().port });
    await wire.invite();
    await wire.final('INVITE');
    // A second and a half, in which seventy packets would have come.
    await phone.received.until(
      'the 200 twice more',
      () => phone.responses(wire.callId).length >= 4 || undefined,
    );
    expect(siren.events('activity')).toHaveLength(2);
    expect(calls()[0]).toMatchObject({ state: 'Active', media: { sent: 0 } });
    expect(heard).toEqual([]);
    await wire.ack();
    await until('audio', () => heard.length > 5);
    await wire.bye();
  });

  it('rings as long as the account says before it is answered', async () => {
    await setAccount({ answerAfterSeconds: 1 });
    const { answer, call: wire } = await call();
    expect(answer.status).toBe(200);
    expect(phone.responses(wire.callId).map(({ status }) => status)).toContain(180);
    expect(siren.events('call.state').map(({ state }) => state)).toEqual(['Ringing', 'Active']);
    await wire.bye();
  });

  it('is answered at once where it asks for that and the account lets it, and rings otherwise', async () => {
    await setAccount({ answerAutomatically: false, answerOnRequest: true });
    const { answer, call: wire } = await call({ headers: ['Alert-Info: <http://x>;info=alert-autoanswer'] });
    expect(answer.status).toBe(200);
    await wire.bye();
    const ringing = new WireCall(phone, '1001');
    await ringing.invite();
    await siren.event('call.state', (event) => event.state === 'Ringing');
    siren.device.calls.answer(calls()[0]!.callId);
    expect((await ringing.final('INVITE')).status).toBe(200);
    await ringing.ack();
    await ringing.bye();
  });

  it('is busy beyond the limit of the account', async () => {
    await setAccount({ maxCalls: 1 });
    const { call: first } = await call();
    const { answer } = await call();
    expect(answer.status).toBe(486);
    expect(history()[0]).toMatchObject({ reason: 'Denied', refusal: 'accountFull' });
    await first.bye();
  });

  it('takes the place of the oldest where the newer wins, and the siren does not pause', async () => {
    await setAccount({ maxCalls: 1, whenFull: 'newerWins' });
    const { call: first } = await call();
    await siren.event('activity', (event) => event.change === 'started');
    const { answer, call: second } = await call();
    expect(answer.status).toBe(200);
    await phone.request('BYE', first.callId);
    expect(history()[0]).toMatchObject({
      reason: 'Terminated',
      detail: expect.stringContaining('newer call'),
    });
    expect(calls()).toHaveLength(1);
    expect(siren.events('activity').some(({ change }) => change === 'ended')).toBe(false);
    await second.bye();
  });

  it('that only rings takes the place of none that is active, until it is answered itself', async () => {
    await setAccount({ maxCalls: 1, whenFull: 'newerWins' });
    const { call: alarm } = await call();
    await setAccount({ maxCalls: 1, whenFull: 'newerWins', answerAutomatically: false });
    const ringing = [new WireCall(phone, '1001'), new WireCall(phone, '1001')] as const;
    for (const one of ringing) await one.invite();
    expect((await ringing[0].final('INVITE')).status).toBe(480);
    await ringing[0].ack();
    expect(calls().map(({ state }) => state)).toEqual(['Ringing', 'Active']);
    siren.device.calls.answer(calls()[0]!.callId);
    expect((await ringing[1].final('INVITE')).status).toBe(200);
    await phone.request('BYE', alarm.callId);
    await ringing[1].ack();
    expect(calls().map(({ state }) => state)).toEqual(['Active']);
    await ringing[1].bye();
  });

  it('goes on without audio when the answer to our late offer is none', async () => {
    const { answer, call: wire } = await lateCall('this is no description');
    expect(answer.status).toBe(200);
    expect((await wire.info('5')).status).toBe(200);
    expect(calls()).toMatchObject([{ state: 'Active' }]);
    await wire.bye();
  });

  it('goes on without audio when the answer to our late offer has no codec of ours', async () => {
    const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
    const { call: wire } = await lateCall([...lines, 'm=audio 4000 RTP/AVP 77', ''].join('\r\n'));
    expect((await wire.info('5')).status).toBe(200);
    expect(calls()).toMatchObject([{ state: 'Active' }]);
    await wire.bye();
  });

  it('ends when it has lasted as long as the settings allow, and says so', async () => {
    await siren.api('PATCH', '/sip', { incomingCallDurationSeconds: 1 });
    const { call: wire } = await call();
    await phone.request('BYE', wire.callId);
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(history()[0]).toMatchObject({
      reason: 'Terminated',
      detail: 'the call has lasted a second, which is the setting "incoming call duration"',
    });
  });

  it('is shown as held while its caller holds it, and the alarm goes on', async () => {
    const { call: wire } = await call();
    await siren.event('activity', (event) => event.change === 'started');
    for (const direction of ['sendonly', 'inactive'] as const) {
      await wire.reinvite(direction);
      expect((await wire.final('INVITE')).status).toBe(200);
      await wire.ack();
      expect(calls()).toMatchObject([{ held: true, state: 'Active' }]);
    }
    await wire.reinvite('sendrecv');
    await wire.final('INVITE');
    await wire.ack();
    expect(calls()).toMatchObject([{ held: false }]);
    expect(siren.events('activity').some(({ change }) => change === 'ended')).toBe(false);
    await wire.bye();
  });

  it('that falls silent goes on while its caller is there, and ends when it is gone', async () => {
    await siren.api('PATCH', '/sip', { rtpSilenceSeconds: 1 });
    const { call: wire } = await call();
    const question = await phone.request('OPTIONS', wire.callId);
    expect(question.method).toBe('OPTIONS');
    expect(calls()).toHaveLength(1);
    phone.onRequest = (_request, reply) => reply(481);
    await siren.event('call.state', (event) => event.state === 'Idle');
    expect(history()[0]).toMatchObject({
      reason: 'Terminated',
      detail: expect.stringContaining('its audio fell silent'),
    });
  });

  it('shows who asserts what only where a trusted server sent it', async () => {
    const headers = ['P-Asserted-Identity: "Gate" <sip:gate@pbx.example.com>'];
    const { call: stranger } = await call({ headers });
    expect(calls()).toMatchObject([{ remoteUriSource: 'From' }]);
    await stranger.bye();
    await siren.api('PATCH', '/sip', { trustedServers: ['127.0.0.0/8'] });
    const { call: wire } = await call({ headers });
    expect(calls()).toMatchObject([
      {
        remoteUri: 'sip:gate@pbx.example.com',
        remoteName: 'Gate',
        remoteUriSource: 'P-Asserted-Identity',
        transport: 'udp',
        codec: 'PCMU',
      },
    ]);
    const ofGate = siren.events('call.state').filter(({ displayName }) => displayName === 'Gate');
    expect(ofGate.map(({ state }) => state)).toContain('Active');
    await wire.bye();
    const { call: shy } = await call({ headers: [...headers, 'Privacy: id'] });
    expect(calls()).toMatchObject([
      { remoteUri: 'sip:anonymous@anonymous.invalid', remoteName: 'Anonymous' },
    ]);
    await shy.bye();
  });
});

describe('A caller that must know a password', () => {
  const password = 'c4ller';

  /** What a phone sends that was asked (RFC 2617, MD5 without qop). */
  function credentials(challenge: string, secret: string): string {
    const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const [realm, nonce, uri] = [value('realm'), value('nonce'), 'sip:1001@127.0.0.1'];
    const [ha1, ha2] = [md5(`guard:${realm}:${secret}`), md5(`INVITE:${uri}`)];
    const response = md5(`${ha1}:${nonce}:00000001:c:auth:${ha2}`);
    return (
      `Authorization: Digest username="guard", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
      `response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"`
    );
  }

  async function asked(): Promise<string> {
    const { answer } = await call();
    expect(answer.status).toBe(401);
    const md5 = answer.headers.values('WWW-Authenticate').join(',');
    return answer.headers.all('WWW-Authenticate').find((line) => line.includes('MD5')) ?? md5;
  }

  it('is asked before anything rings, and let in with it', async () => {
    await setAccount({ callerPassword: password });
    const challenge = await asked();
    expect([calls(), history(), siren.events('call.state')]).toEqual([[], [], []]);
    const { answer, call: wire } = await call({ headers: [credentials(challenge, password)] });
    expect(answer.status).toBe(200);
    await wire.bye();
  });

  it('is listed with a wrong one, and no longer listened to after five', async () => {
    await siren.api('PATCH', '/source-guard', { includeLoopback: true });
    await setAccount({ callerPassword: password });
    for (let count = 0; count < 5; count++) {
      const { answer } = await call({ headers: [credentials(await asked(), 'guess')] });
      expect(answer.status).toBe(401);
    }
    expect(history()).toHaveLength(5);
    expect(history()[0]).toMatchObject({ reason: 'Denied', refusal: 'wrongPassword' });
    const [blocked] = (await siren.api('GET', '/blocked-sources')).body as Record<string, unknown>[];
    expect(blocked).toMatchObject({ address: '127.0.0.1', reason: 'wrongPasswords', times: 1 });
    expect(siren.events('source.blocked')).toMatchObject([{ address: '127.0.0.1', change: 'blocked' }]);
    expect((await siren.api('DELETE', '/blocked-sources/127.0.0.1')).status).toBe(204);
    await asked();
    expect(siren.events('source.blocked')).toHaveLength(2);
  });

  it('gets no guess for a call that sends several along', async () => {
    await setAccount({ callerPassword: password });
    const challenge = await asked();
    const foreign = challenge.replace(/nonce="[^"]*"/, 'nonce="of-somebody-else"');
    const headers = [credentials(challenge, 'guess'), credentials(foreign, 'guess')];
    const right = [credentials(challenge, 'guess'), credentials(challenge, password)];
    expect((await call({ headers })).answer.status).toBe(401);
    expect((await call({ headers: right })).answer.status).toBe(401);
  });

  it('is never blocked at a trusted server, behind which others may guess', async () => {
    await siren.api('PATCH', '/sip', { trustedServers: ['127.0.0.1'] });
    await setAccount({ callerPassword: password });
    for (let count = 0; count < 8; count++) await call({ headers: [credentials(await asked(), 'guess')] });
    const { answer, call: wire } = await call({ headers: [credentials(await asked(), password)] });
    expect(answer.status).toBe(200);
    await wire.bye();
  });
});
