import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TestPbx } from '../support/asterisk/test-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import { Sipp } from '../support/sipp/sipp.js';
import { ack, bye, description, invite, pause, receive, reinvite } from '../support/sipp/story.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

const REINVITE_ANSWERED = [receive(100, 'optional'), receive(200)];

describe.each(everyAsterisk())('%s', (_name, source) => {
  let pbx: TestPbx;
  let siren: TestDevice;

  beforeAll(async () => {
    pbx = await TestPbx.start(source);
    siren = await TestDevice.start({ accounts: [pbx.account()] });
    await siren.event('account.registration', (event) => event.state === 'registered');
  }, 30_000);

  afterEach(async () => {
    await pbx.hangUp();
  });

  afterAll(async () => {
    await siren.close();
    await pbx.close();
  });

  it('lets a phone hold the siren and come back, and the alarm goes on', async () => {
    recordInterop({ ...pbx.peer, feature: 'A phone behind the PBX holds and resumes' });
    const phone = await Sipp.start({
      to: `127.0.0.1:${pbx.asterisk.port}`,
      extension: '1001',
      story: [
        invite(),
        receive(100, 'optional'),
        receive(180, 'optional'),
        receive(183, 'optional'),
        receive(200),
        ack(),
        pause(300),
        reinvite(2, { body: description({ direction: 'sendonly', version: 2 }) }),
        ...REINVITE_ANSWERED,
        ack(2),
        pause(800),
        reinvite(3, { body: description({ direction: 'sendrecv', version: 3 }) }),
        ...REINVITE_ANSWERED,
        ack(3),
        pause(800),
        bye(4),
        receive(200),
      ],
    });
    const isHeld = () => siren.device.calls.list()[0]?.held;
    await until('the siren to be held', isHeld);
    expect(siren.device.siren.status().light[0]).toMatchObject({ profile: 'Evacuation', running: true });
    await until('the siren to be resumed', () => isHeld() === false);
    await phone.finished();
    await siren.event('call.state', (event) => event.state === 'Idle');
    const light = siren.events('activity').filter((event) => event.function === 'light');
    expect(light.map((event) => event.change)).toEqual(['started', 'ended']);
  });
});
