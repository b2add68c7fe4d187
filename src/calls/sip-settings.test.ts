import { describe, expect, it } from '@jest/globals';
import { sipSettingsSchema } from './sip-settings.js';

const refusals = (settings: object) =>
  (sipSettingsSchema.safeParse(settings).error?.issues ?? []).map(({ path }) => path.join('.'));

describe('the SIP settings', () => {
  it('have the defaults of the manual', () => {
    expect(sipSettingsSchema.parse({})).toMatchObject({
      enabled: false,
      allowIncomingCalls: false,
      port: 5060,
      tlsPort: 5061,
      rtpStartPort: 4000,
      callingTimeoutSeconds: 60,
      incomingCallDurationSeconds: 600,
      endCallsAfterSeconds: null,
      udpToTcpSwitching: true,
    });
  });

  it.each([
    [{ port: 5061 }, ['tlsPort']],
    [{ port: 1023 }, ['port']],
    [{ tlsPort: 65_536 }, ['tlsPort']],
    [{ callingTimeoutSeconds: 601 }, ['callingTimeoutSeconds']],
    [{ incomingCallDurationSeconds: 601 }, ['incomingCallDurationSeconds']],
    [{ endCallsAfterSeconds: 3_601 }, ['endCallsAfterSeconds']],
    [{ audioCodecs: [] }, ['audioCodecs']],
    [{ audioCodecs: ['PCMU', 'PCMU'] }, ['audioCodecs']],
    [{ sessionExpiresSeconds: 90, minSessionExpiresSeconds: 120 }, ['minSessionExpiresSeconds']],
    [{ trustedServers: ['192.0.2.0/33'] }, ['trustedServers.0']],
    [{ trustedServers: ['pbx.example.com'] }, ['trustedServers.0']],
  ])('refuse %o, naming the setting', (settings, fields) => {
    expect(refusals(settings)).toEqual(fields);
  });

  it('take blocks of addresses as trusted servers', () => {
    expect(refusals({ trustedServers: ['192.0.2.1', '192.0.2.0/24', '2001:db8::/32'] })).toEqual([]);
  });
});
