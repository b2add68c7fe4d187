import { describe, expect, it } from '@jest/globals';
import { callInvitation } from '../../test/support/call-invitation.js';
import { callerIdentity, shownIdentity } from './caller-identity.js';
import type { Trust } from './trusted-servers.js';

const seen = (headers: Record<string, string[]>, trust: Trust = 'trusted') =>
  callerIdentity(callInvitation({}, headers), undefined, { trustOf: () => trust });

const FROM = { uri: 'sip:guard@192.0.2.1', name: 'Guard', source: 'From', isPrivate: false };

describe('who calls', () => {
  it('is From where no server says anything else', () => {
    expect(seen({})).toEqual(FROM);
  });

  it('is what a trusted server asserts, the SIP address before the number', () => {
    const headers = { 'P-Asserted-Identity': ['<tel:+15550100>', '"Main gate" <sip:gate@pbx;user=phone>'] };
    expect(seen(headers)).toEqual({
      uri: 'sip:gate@pbx',
      name: 'Main gate',
      source: 'P-Asserted-Identity',
      isPrivate: false,
    });
    expect(seen({ 'P-Asserted-Identity': ['<tel:+15550100>'] }).uri).toBe('tel:+15550100');
  });

  it.each(['stranger', 'unknown'] as const)('is not what a %s asserts', (trust) => {
    expect(seen({ 'P-Asserted-Identity': ['<sip:boss@pbx>'], Privacy: ['id'] }, trust)).toEqual(FROM);
  });

  it('is known and not shown where a trusted server says that it wants privacy', () => {
    const identity = seen({ 'P-Asserted-Identity': ['<sip:gate@pbx>'], Privacy: ['critical; id'] });
    expect(identity).toMatchObject({ uri: 'sip:gate@pbx', isPrivate: true });
    expect(shownIdentity(identity)).toMatchObject({
      uri: 'sip:anonymous@anonymous.invalid',
      name: 'Anonymous',
    });
    expect(seen({ Privacy: ['none'] })).toEqual(FROM);
  });
});
