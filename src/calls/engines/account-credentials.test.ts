import { describe, expect, it } from '@jest/globals';
import { parseNameAddress, parseUri, SipRequest, SipResponse } from '../../sip/message/index.js';
import type { Target } from '../../sip/index.js';
import { accountSchema } from '../account.js';
import { NO_CERTIFICATES, toSignalingAccount } from '../signaling-account.js';
import { AccountCredentials } from './account-credentials.js';

const TARGET: Target = { protocol: 'udp', address: '192.0.2.10', port: 5060 };
const STRANGER: Target = { ...TARGET, address: '198.51.100.1' };

function credentials(more: Record<string, unknown> = {}): AccountCredentials {
  const account = accountSchema.parse({
    ...{ id: 'pbx', mode: 'registered', userId: 'siren', password: 'secret', registrar: '192.0.2.10:5070' },
    ...{ domain: 'pbx.example.com', secondaryRegistrar: '[2001:db8::2]:5060' },
    ...more,
  });
  return new AccountCredentials(toSignalingAccount(account, NO_CERTIFICATES));
}

const PROXIES = [
  { server: '192.0.2.10', username: 'edge-user', password: 'edge' },
  { server: 'core.example.com', username: 'core-user', password: 'core' },
];

/** The user name that a challenge of this status and realm is answered with. */
function answerOf(source: AccountCredentials, status: 401 | 407, realm: string, target = TARGET) {
  const request = SipRequest.create({
    ...{ method: 'REGISTER', uri: parseUri('sip:192.0.2.10'), callId: 'c', sequence: 1 },
    ...{ from: parseNameAddress('<sip:siren@pbx.example.com>;tag=1'), to: parseNameAddress('<sip:a@b>') },
  });
  request.setTopVia({ transport: 'udp', host: '192.0.2.1', port: 5060, rport: true, branch: 'z9hG4bK1' });
  const header = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  const response = SipResponse.to(request, status, {
    headers: [[header, `Digest realm="${realm}", nonce="n", qop="auth"`]],
  });
  const lines = source.answer(response, request, target);
  return lines?.map(([name, value]) => `${name} ${/username="([^"]*)"/.exec(value)?.[1] ?? ''}`);
}

describe('the credentials of an account', () => {
  it('answer its registrar with its own name, and strangers with nothing', () => {
    const source = credentials();
    expect(answerOf(source, 401, 'asterisk')).toEqual(['Authorization siren']);
    expect(answerOf(source, 407, 'anything')).toEqual(['Proxy-Authorization siren']);
    expect(answerOf(source, 401, 'asterisk', STRANGER)).toBeUndefined();
    expect(answerOf(source, 401, 'x', { ...TARGET, address: '2001:db8::2' })).toEqual([
      'Authorization siren',
    ]);
  });

  it('answer each proxy with the name that it is given, and the home domain with the account’s', () => {
    const source = credentials({ proxies: PROXIES });
    expect(answerOf(source, 401, 'asterisk')).toEqual(['Authorization siren']);
    expect(answerOf(source, 407, 'core.example.com')).toEqual(['Proxy-Authorization core-user']);
    expect(answerOf(source, 407, 'pbx.example.com')).toEqual(['Proxy-Authorization siren']);
    expect(answerOf(source, 407, 'some realm')).toEqual(['Proxy-Authorization edge-user']);
    expect(answerOf(source, 407, 'some realm', STRANGER)).toBeUndefined();
  });
});
