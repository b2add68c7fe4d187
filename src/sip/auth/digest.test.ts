import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { minutes } from '../../base/duration.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { parseNameAddress, parseUri, SipRequest, SipResponse, type HeaderLine } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './digest-algorithm.js';
import { DigestClient, type DigestClientOptions } from './digest-client.js';
import { DigestServer, type DigestServerOptions } from './digest-server.js';
import { secretHash } from './digest-response.js';

const PBX: Target = { protocol: 'udp', address: '192.0.2.5', port: 5060 };
const STRANGER: Target = { protocol: 'udp', address: '203.0.113.6', port: 5060 };

type RequestParts = {
  method?: string;
  uri?: string;
  toTag?: string;
  body?: string;
  headers?: Iterable<HeaderLine>;
};

function request(parts: RequestParts = {}): SipRequest {
  return SipRequest.create({
    method: parts.method ?? 'REGISTER',
    uri: parseUri(parts.uri ?? 'sip:pbx.example.com'),
    from: parseNameAddress('<sip:alice@pbx.example.com>;tag=a'),
    to: parseNameAddress(
      `<sip:alice@pbx.example.com>${parts.toTag === undefined ? '' : `;tag=${parts.toTag}`}`,
    ),
    callId: 'c',
    sequence: 1,
    headers: parts.headers ?? [],
    body: parts.body,
  });
}

const challenged = (lines: Iterable<HeaderLine>, status = 401) =>
  SipResponse.to(request(), status, { headers: lines });

const withLines = (lines: readonly HeaderLine[], parts: RequestParts = {}) =>
  request({ ...parts, headers: lines });

const www = (value: string): HeaderLine => ['WWW-Authenticate', value];

const clientOf = (options: Partial<DigestClientOptions> = {}) =>
  new DigestClient({
    credentials: { username: 'alice', password: 'secret' },
    scope: { hosts: ['pbx.example.com'] },
    clientNonce: () => 'cnonce',
    ...options,
  });

const CHALLENGE = www('Digest realm="pbx", nonce="n1", qop="auth", algorithm=MD5');

describe('digest client', () => {
  let client: DigestClient;
  beforeEach(() => {
    client = clientOf();
  });

  const line = (lines: Iterable<HeaderLine>, parts: RequestParts = {}) =>
    client.answer(challenged(lines), request(parts), PBX)?.[0]?.[1];

  it('takes the strongest algorithm it knows and prefers qop auth', () => {
    const answer = line([
      www('Digest realm="pbx", nonce="n1", qop="auth-int,auth", algorithm=MD5'),
      www('Digest realm="pbx", nonce="n1", qop="auth-int, auth", algorithm=sha-256, opaque="o"'),
      www('Digest realm="pbx", nonce="n1", qop="auth", algorithm=WHIRLPOOL'),
      www('Basic realm="pbx"'),
    ]);
    expect(answer).toMatch(
      /^Digest username="alice", realm="pbx", nonce="n1", uri="sip:pbx.example.com", response="[0-9a-f]{64}"/,
    );
    expect(answer).toMatch(/, algorithm=SHA-256, cnonce="cnonce", qop=auth, nc=00000001, opaque="o"$/);
  });

  it('counts how often it used a nonce', () => {
    expect(line([CHALLENGE])).toContain('nc=00000001');
    expect(line([CHALLENGE])).toContain('nc=00000002');
    expect(line([www('Digest realm="pbx", nonce="n2", qop="auth"')])).toContain('nc=00000001');
  });

  it('answers in the form of RFC 2069 where no qop is offered', () => {
    expect(line([www('Digest realm="pbx", nonce="n1"')])).not.toMatch(/qop|nc=|cnonce/);
  });

  it('hides the user name where that is wished for', () => {
    const answer = line([www('Digest realm="pbx", nonce="n1", qop="auth", userhash=true')]);
    expect(answer).toMatch(/^Digest username="[0-9a-f]{32}"/);
    expect(answer).toContain('userhash=true');
  });

  it('takes the same challenge again for a refused password', () => {
    const lines = client.answer(challenged([CHALLENGE]), request(), PBX)!;
    expect(client.answer(challenged([CHALLENGE]), withLines(lines), PBX)).toBeUndefined();
    const fresh = www('Digest realm="pbx", nonce="n2", qop="auth"');
    expect(client.answer(challenged([fresh]), withLines(lines), PBX)).toBeUndefined();
  });

  it('tries a stale nonce once more with the new one, and only once', () => {
    const stale = (nonce: string) =>
      challenged([www(`Digest realm="pbx", nonce="${nonce}", qop="auth", stale=true`)]);
    const first = client.answer(challenged([CHALLENGE]), request(), PBX)!;
    expect(client.answer(stale('n1'), withLines(first), PBX)).toBeUndefined();
    const second = client.answer(stale('n2'), withLines(first), PBX)!;
    expect(second[0]![1]).toContain('nonce="n2"');
    expect(client.answer(stale('n3'), withLines(second), PBX)).toBeUndefined();
  });

  it('goes on satisfying a proxy when the server behind it challenges as well', () => {
    const proxy = challenged([['Proxy-Authenticate', 'Digest realm="proxy", nonce="p", qop="auth"']], 407);
    const first = client.answer(proxy, request(), PBX)!;
    expect(first.map(([name]) => name)).toEqual(['Proxy-Authorization']);
    const second = client.answer(challenged([CHALLENGE]), withLines(first), PBX)!;
    expect(second.map(([name]) => name).sort()).toEqual(['Authorization', 'Proxy-Authorization']);
    expect(second.find(([name]) => name === 'Proxy-Authorization')![1]).toContain('nc=00000002');
  });

  it('has nothing to say to what it does not understand', () => {
    expect(line([])).toBeUndefined();
    expect(line([www('Basic realm="pbx"')])).toBeUndefined();
    expect(line([www('Digest realm="pbx", nonce="n", qop="other"')])).toBeUndefined();
    expect(line([www('Digest realm="pbx')])).toBeUndefined();
  });

  it('escapes what it quotes', () => {
    client = clientOf({ credentials: { username: 'a"b\\c', password: 'x' } });
    expect(line([CHALLENGE])).toContain('username="a\\"b\\\\c"');
  });

  describe('never tells a stranger', () => {
    const answers = (target: Target, parts: RequestParts) =>
      client.answer(challenged([CHALLENGE]), request(parts), target) !== undefined;

    it('who challenges our BYE', () => {
      expect(answers(STRANGER, { method: 'BYE', toTag: 't', uri: 'sip:x@203.0.113.6' })).toBe(false);
    });

    it('who names our registrar in his Contact', () => {
      expect(answers(STRANGER, { method: 'BYE', toTag: 't', uri: 'sip:x@pbx.example.com' })).toBe(false);
      expect(answers(STRANGER, { method: 'INVITE', uri: 'sip:x@pbx.example.com;maddr=203.0.113.6' })).toBe(
        false,
      );
      expect(answers(STRANGER, { toTag: 't', headers: [['Route', '<sip:pbx.example.com;lr>']] })).toBe(false);
    });

    it('who is called over a route of his own', () => {
      expect(answers(STRANGER, { headers: [['Route', '<sip:evil.example;lr>']] })).toBe(false);
    });

    it('but answers the address behind the name within a dialog once it is known', () => {
      const bye = { method: 'BYE', toTag: 't', uri: 'sip:pbx@192.0.2.5' };
      expect(answers(PBX, bye)).toBe(false);
      expect(answers(PBX, {})).toBe(true);
      expect(answers(PBX, bye)).toBe(true);
      expect(answers(STRANGER, bye)).toBe(false);
    });

    it('and knows numeric hosts, and names that a certificate proves', () => {
      client = clientOf({ scope: { hosts: ['192.0.2.5', 'PBX.example.com'] } });
      const bye = { method: 'BYE', toTag: 't', uri: 'sip:x@anything' };
      expect(answers(PBX, bye)).toBe(true);
      expect(answers({ ...STRANGER, protocol: 'tls', serverName: 'pbx.example.com' }, bye)).toBe(true);
      expect(answers({ ...STRANGER, protocol: 'tcp', serverName: 'pbx.example.com' }, bye)).toBe(false);
    });

    it('and keeps to the realms it was given', () => {
      client = clientOf({ scope: { hosts: ['pbx.example.com'], realms: ['other'] } });
      expect(answers(PBX, {})).toBe(false);
    });
  });
});

describe('digest server', () => {
  let clock: FakeClock;
  let server: DigestServer;

  const start = (options: Partial<DigestServerOptions> = {}) => {
    server = new DigestServer({
      realm: 'sipsiren',
      clock,
      lookup: (username) => (username === 'alice' ? { password: 'secret' } : undefined),
      ...options,
    });
  };

  beforeEach(() => {
    clock = new FakeClock();
    start();
  });

  /** What the client sends after the server's challenge. */
  const answered = (parts: RequestParts = {}, client = clientOf()) => {
    const verdict = server.check(request(parts));
    const challenge = verdict.ok ? [] : verdict.challenge;
    return withLines(client.answer(challenged(challenge), request(parts), PBX) ?? [], parts);
  };

  const reasonOf = (message: SipRequest) => {
    const verdict = server.check(message);
    return verdict.ok ? 'ok' : verdict.reason;
  };

  it('offers every algorithm with one nonce', () => {
    const verdict = server.check(request());
    expect(verdict).toMatchObject({ ok: false, reason: 'absent', stale: false });
    const values = verdict.ok ? [] : verdict.challenge.map(([, value]) => value);
    expect(values.map((value) => /algorithm=([^,]+)/.exec(value)![1])).toEqual(['SHA-256', 'MD5']);
    expect(new Set(values.map((value) => /nonce="([^"]+)"/.exec(value)![1])).size).toBe(1);
  });

  it('lets in who knows the password', () => {
    expect(server.check(answered())).toEqual({ ok: true, username: 'alice' });
  });

  it('works with stored hashes instead of passwords, and as a proxy', () => {
    start({
      kind: 'proxy',
      lookup: (username, algorithm) => ({
        secretHash: secretHash(algorithm, username, 'sipsiren', 'secret'),
      }),
    });
    expect(reasonOf(answered())).toBe('ok');
  });

  it('says why not', () => {
    const wrong = clientOf({ credentials: { username: 'alice', password: 'wrong' } });
    expect(reasonOf(answered({}, wrong))).toBe('wrong password');
    const unknown = clientOf({ credentials: { username: 'mallory', password: 'secret' } });
    expect(reasonOf(answered({}, unknown))).toBe('unknown user');
    const [name, value] = ['Authorization', answered().headers.first('Authorization')!];
    const changed = (from: string | RegExp, to: string) => withLines([[name, value.replace(from, to)]]);
    expect(reasonOf(changed(/nonce="./, 'nonce="~'))).toBe('nonce');
    expect(reasonOf(changed('algorithm=SHA-256', 'algorithm=SHA-512-256'))).toBe('algorithm');
    expect(reasonOf(changed('nc=00000001', 'nc=1'))).toBe('malformed');
    expect(reasonOf(changed('username=', 'user='))).toBe('malformed');
    expect(reasonOf(changed('realm="sipsiren"', 'realm="other"'))).toBe('absent');
    expect(reasonOf(withLines([[name, value]], { uri: 'sip:other.example.com' }))).toBe('uri');
    expect(reasonOf(withLines([[name, value]], { method: 'INVITE' }))).toBe('wrong password');
  });

  it('takes one guess in a request, whatever stands beside it', () => {
    const [name, value] = ['Authorization', answered().headers.first('Authorization')!] as const;
    const lines = (...values: string[]): HeaderLine[] => values.map((one) => [name, one]);
    const guess = value.replace(/response="[^"]+"/, 'response="0"');
    const foreign = value.replace(/nonce="[^"]+"/, 'nonce="of somebody else"');
    expect(reasonOf(withLines(lines(guess, foreign)))).toBe('malformed');
    expect(reasonOf(withLines(lines(guess, value)))).toBe('malformed');
    expect(reasonOf(withLines(lines(`${guess}, ${value}`)))).toBe('malformed');
    expect(reasonOf(withLines(lines('Digest realm="other", nonce="n"', value)))).toBe('ok');
  });

  it('takes a nonce only from whom it was given to', () => {
    const verdict = server.check(request(), { holder: '192.0.2.1' });
    const challenge = verdict.ok ? [] : verdict.challenge;
    const message = withLines(clientOf().answer(challenged(challenge), request(), PBX)!);
    expect(server.check(message, { holder: '192.0.2.66' })).toMatchObject({ ok: false, reason: 'nonce' });
    expect(server.check(message)).toMatchObject({ ok: false, reason: 'nonce' });
    expect(server.check(message, { holder: '192.0.2.1' })).toEqual({ ok: true, username: 'alice' });
  });

  it('takes each answer once', () => {
    const message = answered();
    expect([reasonOf(message), reasonOf(message)]).toEqual(['ok', 'replayed']);
  });

  it('takes an answer without qop once for each nonce', () => {
    const first = server.check(request());
    const nonce = /nonce="([^"]+)"/.exec(first.ok ? '' : first.challenge[0]![1])![1];
    const client = clientOf();
    const plain = challenged([www(`Digest realm="sipsiren", nonce="${nonce}", algorithm=MD5`)]);
    const message = withLines(client.answer(plain, request(), PBX)!);
    expect([reasonOf(message), reasonOf(message)]).toEqual(['ok', 'stale']);
  });

  it('calls an old nonce stale only where the password is right', () => {
    const right = answered();
    const wrong = answered({}, clientOf({ credentials: { username: 'alice', password: 'wrong' } }));
    clock.advance(minutes(6));
    expect(server.check(right)).toMatchObject({ ok: false, stale: true, reason: 'stale' });
    expect(server.check(wrong)).toMatchObject({ ok: false, stale: false, reason: 'wrong password' });
  });

  it('forgets the oldest nonce when too many are in use, and lets nobody replay it', () => {
    start({ nonceLimit: 2 });
    const [one, two, three] = [0, 1, 2].map(() => {
      clock.advance(minutes(1));
      return answered();
    });
    expect([one, two, three].map((message) => reasonOf(message!))).toEqual(['ok', 'ok', 'ok']);
    expect(reasonOf(one!)).toBe('stale');
    expect(reasonOf(three!)).toBe('replayed');
  });

  it('understands every client, whatever is negotiated (both ends against each other)', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((value) => value.replace(/[\r\n]/g, '_'));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom<DigestAlgorithm>(...DIGEST_ALGORITHMS), { minLength: 1 }),
        fc.constantFrom(['auth'] as const, ['auth-int'] as const, ['auth', 'auth-int'] as const),
        fc.record({ username: text, password: text, realm: text, body: fc.string(), wrong: fc.boolean() }),
        (algorithms, qualities, { username, password, realm, body, wrong }) => {
          start({
            algorithms,
            qualities,
            realm,
            lookup: (name) => (name === username ? { password } : undefined),
          });
          const client = clientOf({ credentials: { username, password: wrong ? `${password}x` : password } });
          expect(reasonOf(answered({ body, method: 'INVITE' }, client))).toBe(
            wrong ? 'wrong password' : 'ok',
          );
        },
      ),
    );
  });
});
