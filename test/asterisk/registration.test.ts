import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Asterisk } from '../support/asterisk/asterisk.js';
import { freePort } from '../support/free-port.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

let asterisk: Asterisk;
let siren: TestDevice | undefined;

beforeAll(async () => {
  asterisk = new Asterisk({
    port: await freePort(),
    rtpStart: 15_200,
    extraConfig: ['test/asterisk/config/extensions_local.conf', 'test/asterisk/config/pjsip_local.conf'],
  });
  await asterisk.start();
}, 30_000);

afterEach(async () => {
  await siren?.close();
});

afterAll(async () => {
  await asterisk.close();
});

function account(userId: string, more: Record<string, unknown> = {}) {
  return {
    id: 'pbx',
    mode: 'registered',
    userId,
    password: `change-me-${userId}`,
    registrar: `127.0.0.1:${asterisk.port}`,
    ...more,
  };
}

/** Whether Asterisk has a contact of the user. */
async function isKnown(userId: string): Promise<boolean> {
  return (await asterisk.command(`pjsip show aor ${userId}`)).includes(`sip:${userId}@127.0.0.1`);
}

describe('the siren registers with Asterisk', () => {
  it.each([
    ['UDP and MD5', 'siren', 'udp'],
    ['TCP and MD5', 'siren', 'tcp'],
    ['UDP and SHA-256', 'sha256', 'udp'],
    ['TCP and SHA-256', 'sha256', 'tcp'],
    ['UDP with SHA-256 and MD5 on offer', 'both', 'udp'],
  ] as const)('by %s, and takes itself back when it stops', async (_how, userId, transport) => {
    siren = await TestDevice.start({ accounts: [account(userId, { transport })] });
    await siren.event('account.registration', (event) => event.state === 'registered');
    expect(await isKnown(userId)).toBe(true);
    await siren.close();
    siren = undefined;
    expect(await isKnown(userId)).toBe(false);
  });

  it('and says what the registrar said when the password is wrong', async () => {
    siren = await TestDevice.start({ accounts: [account('siren', { password: 'guess' })] });
    const refused = await siren.event('account.registration', (event) => event.state === 'refused');
    expect(refused.event.status).toBe(401);
    expect(await isKnown('siren')).toBe(false);
  });

  it('again, by itself, after the PBX was killed and came back without memory', async () => {
    siren = await TestDevice.start({ accounts: [account('siren')], sip: { registerEverySeconds: 60 } });
    await siren.event('account.registration', (event) => event.state === 'registered');
    await asterisk.kill();
    await asterisk.start();
    expect(await isKnown('siren')).toBe(false);
    await until('Asterisk to have the siren again', () => isKnown('siren'), 60_000);
    expect(siren.device.calls.registrationOf('pbx' as never).state).toBe('registered');
  }, 90_000);

  it.each(['udp', 'tcp'])(
    'as soon as the PBX comes up, when it was down at the start, by %s',
    async (transport) => {
      await asterisk.kill();
      siren = await TestDevice.start({ accounts: [account('siren', { transport })] });
      const unreachable = await siren.event('account.registration', (event) => event.state === 'unreachable');
      expect(unreachable.event.reason).toContain(String(asterisk.port));
      await asterisk.start();
      await siren.event('account.registration', (event) => event.state === 'registered');
      expect(await isKnown('siren')).toBe(true);
    },
    60_000,
  );
});
