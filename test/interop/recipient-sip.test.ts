import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecipientTestReport } from '../../src/recipients/recipients.js';
import { Baresip } from '../support/baresip.js';
import { likenessToSpeech } from '../support/espeak.js';
import { freePort } from '../support/free-port.js';
import { told } from '../support/recipient-scene.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';

let siren: TestDevice;
let phone: Baresip;

beforeEach(async () => {
  [siren, phone] = await Promise.all([TestDevice.start({ http: true }), Baresip.start()]);
}, 30_000);

afterEach(async () => {
  await phone.close();
  await siren.close();
});

async function test(settings: object, wishes: object = {}): Promise<RecipientTestReport> {
  const recipient = { name: 'Guard', kind: 'sip', settings, ...wishes };
  return (await siren.api('POST', '/recipient-test', recipient)).body as RecipientTestReport;
}

describe('A SIP recipient', () => {
  it('is called, is sent what is to be heard, and was told because it answered', async () => {
    recordInterop({
      peer: 'baresip',
      version: programVersion('baresip'),
      feature: 'Called as a recipient of notifications',
    });
    const report = await test({
      to: `sip:guard@${phone.address}`,
      play: { kind: 'tone', hertz: 1_000, seconds: 1 },
    });
    expect(report).toMatchObject({ ok: true });
    expect(told(report)).toMatch(/Calling sip:guard@[\s\S]*\nIt was answered\.\nThe call is over/);
    await phone.event('CALL_CLOSED');
    // A second of sound, 50 packets of it.
    expect(siren.device.calls.history()[0]?.media?.sent).toBeGreaterThan(40);
    expect(siren.device.calls.list()).toEqual([]);
  });

  it('hears the text of the notification, and is told what could not be said', async () => {
    recordInterop({
      peer: 'baresip',
      version: programVersion('baresip'),
      feature: 'A notification is spoken',
    });
    const to = `sip:guard@${phone.address}`;
    const settings = { to, play: { kind: 'text', text: '', times: 1 } };
    const recipient = { id: 'guard', name: 'Guard', kind: 'sip', settings };
    expect((await siren.api('POST', '/recipients', recipient)).status).toBe(201);
    await siren.api('POST', '/recipients/guard/send', { text: 'Smoke in the second basement.' });
    await phone.event('CALL_CLOSED');
    await siren.event('recipient.state', ({ state }) => state === 'ok');
    const heard = phone.heard();
    expect(likenessToSpeech(heard, 'Smoke in the second basement.')).toBeGreaterThan(0.7);
    expect(likenessToSpeech(heard, 'Everything is quiet on the western side.')).toBeLessThan(0.4);

    const report = await test({ to, play: { kind: 'text', text: 'Fire', voice: 'xx', times: 1 } });
    expect(report).toMatchObject({ ok: true });
    expect(told(report)).toMatch(/"Alarm: Industrial" is played instead: espeak-ng failed/);
  }, 30_000);

  it('that nobody answers, or that is not there, was not told', async () => {
    const nobody = await test({ to: `sip:guard@127.0.0.1:${await freePort()}`, callingTimeoutSeconds: 1 });
    expect(nobody.ok).toBe(false);
    expect(nobody.error).toMatch(/nobody answered|the call failed/);
    expect(siren.device.calls.list()).toEqual([]);
  });

  it('is a contact of the device, which cannot be deleted before', async () => {
    const contact = { id: 'guard', name: 'Guard', address: `sip:guard@${phone.address}` };
    expect((await siren.api('POST', '/contacts', contact)).status).toBe(201);
    const settings = { contact: 'guard', play: { kind: 'tone', seconds: 0.2 } };
    const recipient = { id: 'guard', name: 'Guard', kind: 'sip', settings };
    expect((await siren.api('POST', '/recipients', recipient)).status).toBe(201);
    expect((await siren.api('DELETE', '/contacts/guard')).status).toBe(422);
    await siren.api('POST', '/recipients/guard/send', {});
    await phone.event('CALL_ESTABLISHED');
    await siren.event('recipient.state', ({ state }) => state === 'ok');
  });
});
