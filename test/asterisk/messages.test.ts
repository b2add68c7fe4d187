import { describe, expect, it } from '@jest/globals';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import type { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);

  async function registered(): Promise<TestDevice> {
    const siren = await pbx().startSiren({ accounts: [pbx().account()] });
    await siren.event('account.registration', ({ state }) => state === 'registered');
    return siren;
  }

  const send = (siren: TestDevice, number: string, text: string) => {
    const message = { to: `sip:${number}@127.0.0.1:${pbx().asterisk.port}`, account: 'pbx', text };
    return siren.device.control.run('messages.send', { message }, { name: 'test', role: 'operator' });
  };

  it('takes a message of the siren, and brings one to the extension that it was for', async () => {
    recordInterop({ ...pbx().peer, feature: 'Messages both ways by the dial plan (MessageSend)' });
    const siren = await registered();
    // Its own extension: the text goes to the PBX, which asks for the password, and comes back by the dial plan.
    const sent = await send(siren, '1003', 'Gate 3 is open: öffnen');
    expect(sent).toMatchObject({ outcome: expect.stringMatching(/^(accepted|delivered)$/) });
    const { event } = await siren.event('message.received');
    expect(event).toMatchObject({
      account: 'pbx',
      localUri: 'sip:1003@pbx.example.com',
      text: 'Gate 3 is open: öffnen',
    });
    expect(event.remoteUri).toContain('sip:siren@');
  });

  it('does not know whom a message is for, and the siren says so', async () => {
    recordInterop({ ...pbx().peer, feature: 'Message to nobody' });
    const siren = await registered();
    expect(await send(siren, '7777', 'x')).toMatchObject({ outcome: 'refused', status: 404 });
  });

  it('finds the siren available when it asks by OPTIONS', async () => {
    recordInterop({ ...pbx().peer, feature: 'Qualified by OPTIONS' });
    await pbx().logSip();
    await registered();
    await pbx().asterisk.command('pjsip qualify siren');
    await until('the siren to be available', async () =>
      /Avail\b/.test(await pbx().asterisk.command('pjsip show contacts')),
    );
    await until('the answer in the log', () => {
      const answers = pbx().messagesIn('Received', /^SIP\/2.0 200/, /CSeq: \d+ OPTIONS/);
      return answers.some((answer) => /^Allow-Events: dialog, presence/m.test(answer));
    });
  });
});
