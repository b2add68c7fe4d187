import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TestPbx } from '../support/asterisk/test-pbx.js';
import { everyAsterisk, majorOf } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

describe.each(everyAsterisk())('%s', (_name, source) => {
  let pbx: TestPbx;
  let siren: TestDevice | undefined;

  beforeAll(async () => {
    pbx = await TestPbx.start(source);
  }, 30_000);

  afterEach(async () => {
    await siren?.close();
  });

  afterAll(async () => {
    await pbx.close();
  });

  it.each([
    ['UDP and MD5', 'siren', 'udp'],
    ['TCP and MD5', 'siren', 'tcp'],
    ...(majorOf(source) >= 22
      ? ([
          ['UDP and SHA-256', 'sha256', 'udp'],
          ['TCP and SHA-256', 'sha256', 'tcp'],
          ['UDP with SHA-256 and MD5 on offer', 'both', 'udp'],
        ] as const)
      : []),
  ] as const)(
    'has the siren register by %s, and take itself back when it stops',
    async (how, userId, transport) => {
      recordInterop({ ...pbx.peer, feature: `Registration by ${how}` });
      siren = await TestDevice.start({ accounts: [pbx.account({ userId, transport })] });
      await siren.event('account.registration', (event) => event.state === 'registered');
      expect(await pbx.knows(userId)).toBe(true);
      await siren.close();
      siren = undefined;
      expect(await pbx.knows(userId)).toBe(false);
    },
  );

  it('refuses a wrong password, and the siren says so', async () => {
    recordInterop({ ...pbx.peer, feature: 'Wrong password' });
    siren = await TestDevice.start({ accounts: [pbx.account({ password: 'guess' })] });
    const refused = await siren.event('account.registration', (event) => event.state === 'refused');
    expect(refused.event.status).toBe(401);
    expect(await pbx.knows('siren')).toBe(false);
  });

  // What the siren does here is a matter of its own timers, and takes a while: one version is enough.
  if (majorOf(source) >= 18) {
    it('was killed and comes back without memory, and the siren registers again by itself', async () => {
      recordInterop({ ...pbx.peer, feature: 'The PBX was killed and comes back without memory' });
      siren = await TestDevice.start({ accounts: [pbx.account()], sip: { registerEverySeconds: 60 } });
      await siren.event('account.registration', (event) => event.state === 'registered');
      await pbx.asterisk.kill();
      await pbx.asterisk.start();
      expect(await pbx.knows('siren')).toBe(false);
      await until('Asterisk to have the siren again', () => pbx.knows('siren'), 60_000);
      expect(siren.device.calls.registrationOf('pbx' as never).state).toBe('registered');
    }, 90_000);
  }

  it.each(['udp', 'tcp'] as const)(
    'comes up after the siren, which registers at once, by %s',
    async (transport) => {
      recordInterop({
        ...pbx.peer,
        feature: `Registration when the PBX comes up, by ${transport.toUpperCase()}`,
      });
      await pbx.asterisk.kill();
      siren = await TestDevice.start({ accounts: [pbx.account({ transport })] });
      const unreachable = await siren.event('account.registration', (event) => event.state === 'unreachable');
      expect(unreachable.event.reason).toContain(String(pbx.asterisk.port));
      await pbx.asterisk.start();
      // The pauses between attempts have grown to 16 seconds where Asterisk is slow to start.
      await until('the siren to register', () => pbx.knows('siren'), 40_000);
      await siren.event('account.registration', (event) => event.state === 'registered');
    },
    60_000,
  );
});
