import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';

const closing: (() => Promise<unknown>)[] = [];
let siren: TestDevice;
let other: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
  closing.push(() => siren.close());
  other = await TestDevice.start();
  closing.push(() => other.close());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function place(wanted: object): Promise<string> {
  const answer = await siren.api('POST', '/calls', { to: `sip:1002@${other.sipAddress}`, ...wanted });
  expect(answer).toMatchObject({ status: 201 });
  return (answer.body as { callId: string }).callId;
}

const over = () => siren.event('call.state', (event) => event.state === 'Idle');

describe('A call of ours', () => {
  it('presses keys when it is answered, and hangs up then', async () => {
    await place({ play: { kind: 'dtmf', digits: '42#' }, hangUpAfterPlaying: true });
    await over();
    expect(other.events('call.dtmf').map(({ digit }) => digit)).toEqual(['4', '2', '#']);
    expect(siren.device.calls.history()[0]).toMatchObject({
      reason: 'Terminated',
      detail: 'everything was played',
      transport: 'udp',
    });
  });

  it.each([
    [{ kind: 'tone', hertz: 600, seconds: 0.4 }],
    [{ kind: 'sound', pattern: 'Alarm: Alarm high pitch', seconds: 0.4 }],
  ])('plays %o and hangs up then', async (play) => {
    await place({ play, hangUpAfterPlaying: true });
    await over();
    expect(siren.device.calls.history()[0]).toMatchObject({ detail: 'everything was played' });
    await other.event('call.state', (event) => event.state === 'Idle');
    expect(other.device.calls.history()[0]?.media?.received).toBeGreaterThan(10);
  });

  it('hangs up at once where nothing is to be played', async () => {
    await place({ play: { kind: 'nothing' }, hangUpAfterPlaying: true });
    await over();
    expect(siren.events('call.state').map(({ state }) => state)).toEqual(['Calling', 'Active', 'Idle']);
  });

  it('speaks a text, or says before it is placed why it cannot', async () => {
    await place({ play: { kind: 'text', text: 'Fire', times: 1 }, hangUpAfterPlaying: true });
    await over();
    expect(siren.device.calls.history()[0]).toMatchObject({ detail: 'everything was played' });
    const to = `sip:1002@${other.sipAddress}`;
    const wish = (play: object) => siren.api('POST', '/calls', { to, play: { kind: 'text', ...play } });
    const field = (path: string) => ({ status: 422, body: { errors: [{ path: `play.${path}` }] } });
    expect(await wish({})).toMatchObject(field('text'));
    expect(await wish({ text: ' ' })).toMatchObject(field('text'));
    expect(await wish({ text: 'a'.repeat(501) })).toMatchObject(field('text'));
    expect(await wish({ text: 'a', voice: '-f /etc/passwd' })).toMatchObject(field('voice'));
    expect(await wish({ text: 'a', speed: 1 })).toMatchObject(field('speed'));
    expect(await wish({ text: 'a', times: 0 })).toMatchObject(field('times'));
    expect(await wish({ text: '...' })).toMatchObject({ status: 422, body: { code: 'INVALID_VALUE' } });
    expect(await wish({ text: 'a', voice: 'xx' })).toMatchObject({
      status: 502,
      body: { code: 'PROGRAM_FAILED', detail: expect.stringContaining('espeak-ng failed') },
    });
    expect(siren.device.calls.list()).toEqual([]);
  });

  it('is taken back when nobody answers within its own calling timeout', async () => {
    const phone = await UdpPeer.open(0);
    closing.push(() => phone.close());
    phone.onRequest = (request, reply) => reply(request.method === 'INVITE' ? 180 : 200);
    await place({ to: `sip:1@127.0.0.1:${phone.port}`, callingTimeoutSeconds: 1 });
    await phone.request('CANCEL');
    await over();
    phone.answerInvite(487);
    expect(siren.device.calls.history()[0]).toMatchObject({ reason: 'NoAnswer' });
  });

  it('is refused before it is placed where it could not be heard, or there are too many', async () => {
    const to = `sip:1002@${other.sipAddress}`;
    const wish = (play: object) => siren.api('POST', '/calls', { to, play });
    expect(await wish({ kind: 'announcement', name: 'nobody' })).toMatchObject({ status: 404 });
    expect(await wish({ kind: 'sound', pattern: 'Meow' })).toMatchObject({ status: 422 });
    await siren.api('PATCH', '/sip', { maxConcurrentCalls: 1 });
    await place({});
    expect(await siren.api('POST', '/calls', { to })).toMatchObject({
      status: 409,
      body: { code: 'LIMIT_REACHED' },
    });
  });

  it('presses keys by INFO and by tones in the audio as well', async () => {
    const callId = await place({});
    await siren.event('call.state', (event) => event.state === 'Active');
    const press = (method: string) => siren.api('POST', `/calls/${callId}/dtmf`, { digits: '5', method });
    expect(await press('info')).toMatchObject({ status: 204 });
    expect((await other.event('call.dtmf')).event).toMatchObject({ digit: '5', method: 'info' });
    expect(await press('inband')).toMatchObject({ status: 204 });
    expect(await press('smoke')).toMatchObject({ status: 422 });
  });
});
