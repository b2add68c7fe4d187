import { describe, expect, it } from '@jest/globals';
import { callInvitation } from '../../test/support/call-invitation.js';
import { accountSchema, PEER_TO_PEER_ACCOUNT } from './account.js';
import { findCalledAddress, withoutParameters } from './called-address.js';
import type { CallInvitation } from './signaling.js';
import type { Trust } from './trusted-servers.js';

const siren = accountSchema.parse({
  id: 'pbx',
  mode: 'registered',
  userId: 'siren',
  registrar: 'pbx.example.com',
});

const TRUSTED: { trustOf: () => Trust } = { trustOf: () => 'trusted' };

function invitation(requestUri: string, headers: Record<string, string[]> = {}): CallInvitation {
  return callInvitation({ requestUri, toUri: headers['To']?.[0] ?? requestUri }, headers);
}

describe('the local SIP URI of an incoming call', () => {
  it('is the request-URI without parameters for a peer-to-peer call', () => {
    expect(
      findCalledAddress(
        invitation('sip:1001@192.168.0.90:5070;transport=tcp'),
        PEER_TO_PEER_ACCOUNT,
        TRUSTED,
      ),
    ).toEqual({
      uri: 'sip:1001@192.168.0.90:5070',
      source: 'request-URI',
    });
  });

  it('is the request-URI where a PBX kept the dialled number in it', () => {
    expect(
      findCalledAddress(invitation('sip:1002@192.168.0.90', { To: ['sip:9@pbx'] }), siren, TRUSTED).uri,
    ).toBe('sip:1002@192.168.0.90');
  });

  it.each([
    [{ 'P-Called-Party-ID': ['sip:1001@pbx.example.com'] }, 'sip:1001@pbx.example.com', 'P-Called-Party-ID'],
    [{ 'History-Info': ['sip:1003@pbx', 'sip:siren@10.0.0.1'] }, 'sip:1003@pbx', 'History-Info'],
    [{ Diversion: ['sip:7@pbx', 'sip:1004@pbx'] }, 'sip:1004@pbx', 'Diversion'],
    [{ To: ['sip:1005@pbx'] }, 'sip:1005@pbx', 'To'],
  ] as const)('is found in %o when the request-URI is our contact', (headers, uri, source) => {
    const found = findCalledAddress(
      invitation('sip:siren@192.168.0.90:5060', headers as unknown as Record<string, string[]>),
      siren,
      TRUSTED,
    );
    expect(found).toEqual({ uri, source });
  });

  it('follows the order of the account', () => {
    const headers = { 'P-Called-Party-ID': ['sip:1001@pbx'], To: ['sip:1002@pbx'] };
    const account = {
      ...siren,
      calledAddress: ['To', 'P-Called-Party-ID'] as (typeof siren)['calledAddress'],
    };
    expect(findCalledAddress(invitation('sip:siren@192.168.0.90', headers), account, TRUSTED).uri).toBe(
      'sip:1002@pbx',
    );
  });

  it('is not what a stranger writes, but is while nobody knows who the servers are', () => {
    const headers = { Diversion: ['sip:1004@pbx'], To: ['sip:1002@pbx'] };
    const call = invitation('sip:siren@192.168.0.90', headers);
    const seen = (trust: Trust) => findCalledAddress(call, siren, { trustOf: () => trust });
    expect(seen('stranger')).toEqual({ uri: 'sip:1002@pbx', source: 'To', notBelieved: 'Diversion' });
    expect(seen('unknown')).toEqual({ uri: 'sip:1004@pbx', source: 'Diversion' });
  });

  it('is the contact itself where no header says anything else', () => {
    expect(findCalledAddress(invitation('sip:siren@192.168.0.90;line=pbx'), siren, TRUSTED)).toEqual({
      uri: 'sip:siren@192.168.0.90',
      source: 'request-URI',
    });
  });
});

describe('an address without parameters', () => {
  it.each([
    ['sip:1001@[2001:db8::1]:5060;transport=udp?subject=x', 'sip:1001@[2001:db8::1]:5060'],
    ['sips:door@example.com', 'sips:door@example.com'],
    ['sip:192.168.0.90', 'sip:192.168.0.90'],
    ['tel:+4612345', 'tel:+4612345'],
    ['not a uri', 'not a uri'],
  ])('of %s is %s', (text, expected) => {
    expect(withoutParameters(text)).toBe(expected);
  });
});
