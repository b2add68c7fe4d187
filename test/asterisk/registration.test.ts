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
    extraConfig: ['extensions_local.conf', 'pjsip_local.conf'],
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
function isKnown(userId: string): boolean {
  return asterisk.command(`pjsip show aor ${userId}`).includes(`sip:${userId}@127.0.0.1`);
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
    expect(isKnown(userId)).toBe(true);
    await siren.close();
    siren = undefined;
    expect(isKnown(userId)).toBe(false);
  });

  it('and says what the registrar said when the password is wrong', async () => {
    siren = await TestDevice.start({ accounts: [account('siren', { password: 'guess' })] });
    const refused = await siren.event('account.registration', (event) => event.state === 'refused');
    expect(refused.event.status).toBe(401);
    expect(isKnown('siren')).toBe(false);
  });

  it('again after the PBX was killed and came back', async () => {
    siren = await TestDevice.start({ accounts: [account('siren')] });
    await siren.event('account.registration', (event) => event.state === 'registered');
    await asterisk.kill();
    siren.device.calls.refreshRegistration('pbx' as never);
    await siren.event('account.registration', (event) => event.state === 'unreachable');
    await asterisk.start();
    await until('Asterisk to have the siren again', () => isKnown('siren'), 20_000);
    expect(siren.device.calls.registrationOf('pbx' as never).state).toBe('registered');
  }, 60_000);
});
