import { describe, expect, it } from '@jest/globals';
import type { AccountId } from '../../src/base/ids.js';
import type { TestCallReport } from '../../src/calls/test-call-report.js';
import { testAuthority } from '../support/certificates.js';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import type { TestPbx } from '../support/asterisk/test-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import type { TestDevice } from '../support/test-device.js';

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);
  let siren: TestDevice | undefined;

  async function testCall(
    number: string,
    {
      account = {},
      sip = {},
      seconds = 1,
      timeoutSeconds = 5,
      authorities = [],
      port = pbx().asterisk.port,
    }: {
      readonly account?: Parameters<TestPbx['account']>[0];
      readonly sip?: object;
      readonly seconds?: number;
      readonly timeoutSeconds?: number;
      readonly authorities?: readonly string[];
      readonly port?: number;
    } = {},
  ): Promise<TestCallReport> {
    recordInterop({ ...pbx().peer, feature: 'Test call' });
    siren = await pbx().startSiren({ accounts: [pbx().account(account)], sip, authorities });
    return siren.device.calls.testCall({
      to: `sip:${number}@127.0.0.1:${port}`,
      account: 'pbx' as AccountId,
      seconds,
      timeoutSeconds,
    });
  }

  const failureOf = ({ steps }: TestCallReport) => steps.find((step) => !step.ok);

  it('echoes a test call: answered, and the tone comes back', async () => {
    const report = await testCall('900', { seconds: 2 });
    expect(report).toMatchObject({ ok: true, media: { codec: 'PCMU' } });
    expect(report.steps.map(({ step }) => step)).toEqual(['resolve', 'invite', 'answer', 'media', 'hangUp']);
    expect(report.steps[1]?.detail).toContain('asked for the password and took it');
    expect(report.media?.levelDecibels).toBeGreaterThan(-20);
    expect(siren?.events('call.state')).toEqual([]);
  });

  it.each([
    ['404', 'there is no such extension'],
    ['486', 'busy'],
    ['403', 'does not let this account'],
    ['503', 'overloaded or has no way'],
  ])('refuses a test call with %s, and the report says what that means', async (number, words) => {
    const report = await testCall(number);
    expect(failureOf(report)).toMatchObject({ step: 'answer', detail: expect.stringContaining(words) });
  });

  it('refuses a wrong password', async () => {
    const report = await testCall('900', { account: { password: 'wrong' } });
    expect(failureOf(report)).toMatchObject({
      step: 'answer',
      detail: expect.stringMatching(/^401 .*password/),
    });
  });

  it('refuses a missing password', async () => {
    const report = await testCall('900', { account: { password: '' } });
    expect(failureOf(report)).toMatchObject({
      step: 'answer',
      detail: expect.stringContaining('the account has none'),
    });
  });

  it('has no codec in common', async () => {
    const report = await testCall('1001', {
      sip: { audioCodecs: ['G722'] },
      account: { userId: '2001', password: 'change-me-2001' },
    });
    expect(failureOf(report)).toMatchObject({
      step: 'answer',
      detail: expect.stringMatching(/^488 .*codecs/),
    });
  });

  it('shows its certificate, which the siren trusts', async () => {
    const { certificate } = await testAuthority();
    const report = await testCall('900', {
      account: { transport: 'tls' },
      authorities: [certificate],
      port: pbx().tlsPort,
    });
    expect(report).toMatchObject({ ok: true });
    expect(report.steps.map(({ step }) => step)).toEqual([
      'resolve',
      'connect',
      'tls',
      'invite',
      'answer',
      'media',
      'hangUp',
    ]);
    expect(report.steps[2]?.detail).toMatch(/^TLSv1\.[23], /);
  });

  it('shows a certificate that nobody vouches for', async () => {
    const report = await testCall('900', { account: { transport: 'tls' }, port: pbx().tlsPort });
    expect(failureOf(report)).toMatchObject({ step: 'tls', detail: expect.stringContaining('certificate') });
  });

  it('rings and nobody answers', async () => {
    const report = await testCall('180', { timeoutSeconds: 2 });
    expect(report.steps).toContainEqual(
      expect.objectContaining({ step: 'provisional', detail: '180 Ringing' }),
    );
    expect(failureOf(report)).toMatchObject({ step: 'answer' });
  });

  it('is silent after the answer, and the report points at the network', async () => {
    const report = await testCall('910', { seconds: 1 });
    expect(failureOf(report)).toMatchObject({
      step: 'media',
      detail: expect.stringContaining('no audio came back'),
    });
    expect(report.steps.at(-1)).toMatchObject({ step: 'hangUp', ok: true });
  });
});
