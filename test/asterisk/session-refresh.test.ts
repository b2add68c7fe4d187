import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestPbx } from '../support/asterisk/test-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

/** Sessions of 90 seconds, the shortest there are, are refreshed after 45. */
const PATIENCE_MS = 60_000;

let pbxes: TestPbx[];
let siren: TestDevice;

/** One siren in calls with every PBX at once, both ways, so that the wait is paid for once. */
beforeAll(async () => {
  pbxes = await Promise.all(everyAsterisk().map(([, source]) => TestPbx.start(source)));
  siren = await TestDevice.start({
    accounts: pbxes.map((pbx) => pbx.account({ id: `pbx-${pbx.major}` })),
    sip: { sessionExpiresSeconds: 90 },
  });
  for (const pbx of pbxes) {
    const account = `pbx-${pbx.major}`;
    await siren.event(
      'account.registration',
      (event) => event.account === account && event.state === 'registered',
    );
    await pbx.logSip();
    await siren.device.calls.place({ account: account as never, to: pbx.address('900') });
    pbx.callBy('timers', 'stay');
  }
  await siren.until('all calls to be active', () =>
    siren.device.calls.list().filter((call) => call.state === 'Active').length === 2 * pbxes.length
      ? true
      : undefined,
  );
}, 60_000);

afterAll(async () => {
  await Promise.all(pbxes.map((pbx) => pbx.hangUp()));
  await siren.close();
  await Promise.all(pbxes.map((pbx) => pbx.close()));
});

it.each(everyAsterisk().map(([name], index) => [name, index] as const))(
  '%s has its sessions with the siren refreshed, and no call ends',
  async (_name, index) => {
    const pbx = pbxes[index]!;
    recordInterop({ ...pbx.peer, feature: 'Sessions of 90 s refreshed by the siren' });
    // A request whose To has a tag is one within a call.
    await until(
      'the siren to refresh both sessions',
      () =>
        new Set(pbx.messagesIn('Received', /^(?:UPDATE|INVITE) /, /^To: .*;tag=/m).map(callIdOf)).size === 2,
      PATIENCE_MS,
    );
    await until(
      'Asterisk to agree to both',
      () =>
        new Set(pbx.messagesIn('Transmitting', /^SIP\/2\.0 200 /, /^CSeq: \d+ UPDATE/m).map(callIdOf))
          .size === 2,
    );
    const calls = siren.device.calls.list().filter((call) => call.account === `pbx-${pbx.major}`);
    expect(calls.map((call) => call.state)).toEqual(['Active', 'Active']);
    expect(siren.events('call.stateChange').map((event) => event.reason)).not.toContain('Terminated');
  },
  PATIENCE_MS + 20_000,
);

function callIdOf(message: string): string | undefined {
  return /^Call-ID: (\S+)/m.exec(message)?.[1];
}
