import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificateStore } from '../../src/security/certificate-store.js';
import { Baresip, type BaresipEncryption } from '../support/baresip.js';
import { testAuthority, testCertificate } from '../support/certificates.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

type MediaEncryption = 'none' | 'bestEffort' | 'mandatory';

/** The first of what each side offers. */
const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const peer = { peer: 'baresip', version: programVersion('baresip') };

let siren: TestDevice | undefined;
let phone: Baresip | undefined;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-srtp-'));
});

afterEach(async () => {
  await phone?.close();
  await siren?.close();
  [phone, siren] = [undefined, undefined];
  rmSync(folder, { recursive: true, force: true });
});

/** A siren that is called peer to peer by TLS, and a phone; each trusts the other's certificate. */
async function meet(mediaEncryption: MediaEncryption, encryption?: BaresipEncryption) {
  const authority = await testAuthority();
  const { certificate, privateKey } = await testCertificate({ ip: ['127.0.0.1'], commonName: 'phone' });
  siren = await TestDevice.start({ authorities: [authority.certificate] });
  await siren.device.config.update('accounts', (accounts) =>
    accounts.map((account) => ({ ...account, transport: 'tls', mediaEncryption })),
  );
  const own = new CertificateStore(siren.device.config.get('certificates')).pair('')?.certificate ?? '';
  const paths = { certificate: join(folder, 'phone.pem'), authority: join(folder, 'siren.pem') };
  writeFileSync(paths.certificate, certificate + privateKey);
  writeFileSync(paths.authority, own);
  phone = await Baresip.start(paths, encryption);
  return { siren, phone };
}

describe('baresip calls the siren by TLS', () => {
  it.each([
    ['srtp', 'bestEffort'],
    ['srtp', 'mandatory'],
    ['srtp-mand', 'bestEffort'],
    ['srtp-mandf', 'mandatory'],
  ] as const)('with %s, set to %s, and keys and voice arrive', async (mediaEncryption, policy) => {
    recordInterop({ ...peer, feature: `SRTP ${SUITE}, call to the siren` });
    const { siren: device, phone: caller } = await meet(policy, mediaEncryption);
    caller.dial(`sip:1001@127.0.0.1:${device.tlsPort};transport=tls`);
    await caller.event('CALL_ESTABLISHED');
    await device.event('call.state', (event) => event.state === 'Active');
    caller.press('15#');
    await device.until('three keys', () => (device.events('call.dtmf').length >= 3 ? true : undefined));
    const [call] = device.device.calls.list();
    expect(call?.media).toMatchObject({ forged: 0, replayed: 0 });
    expect(call).toMatchObject({ transport: 'tls', encryption: SUITE });
    caller.hangUp();
    await device.event('call.state', (event) => event.state === 'Idle');
  });

  it.each([
    ['srtp', 'none'],
    [undefined, 'bestEffort'],
  ] as const)('with %s, set to %s, in the clear', async (mediaEncryption, policy) => {
    const { siren: device, phone: caller } = await meet(policy, mediaEncryption);
    caller.dial(`sip:1001@127.0.0.1:${device.tlsPort};transport=tls`);
    await caller.event('CALL_ESTABLISHED');
    caller.press('7');
    await device.event('call.dtmf');
    expect(device.device.calls.list()[0]?.encryption).toBeUndefined();
  });

  it.each([
    ['srtp-mand', 'none', /media encryption is off/],
    [undefined, 'mandatory', /must have it encrypted/],
  ] as const)('with %s, set to %s, and is told why not', async (mediaEncryption, policy, reason) => {
    const { siren: device, phone: caller } = await meet(policy, mediaEncryption);
    caller.dial(`sip:1001@127.0.0.1:${device.tlsPort};transport=tls`);
    await caller.event('CALL_CLOSED');
    await device.event('call.stateChange', (event) => event.reason === 'Failed');
    expect(device.device.calls.history()[0]?.detail).toMatch(reason);
  });
});

describe('the siren calls baresip by TLS', () => {
  it.each([
    ['mandatory', 'srtp-mand'],
    ['bestEffort', 'srtp'],
  ] as const)('set to %s, with %s, and both hear each other', async (policy, mediaEncryption) => {
    recordInterop({ ...peer, feature: `SRTP ${SUITE}, call from the siren` });
    const { siren: device, phone: callee } = await meet(policy, mediaEncryption);
    await device.device.calls.place({ to: `sip:guard@${callee.tlsAddress};transport=tls` });
    await callee.event('CALL_ESTABLISHED');
    const { event } = await device.event('call.state', ({ state }) => state === 'Active');
    const media = () => device.device.calls.list()[0]?.media;
    // Only packets that it could open are counted in its report, which is protected too.
    await until('its report', () => media()?.lostAtPeer !== undefined);
    expect(media()).toMatchObject({ encryption: SUITE, forged: 0, replayed: 0, lostAtPeer: 0 });
    expect(media()?.received).toBeGreaterThan(50);
    device.device.calls.end(event.callId);
    await callee.event('CALL_CLOSED');
  });
});
