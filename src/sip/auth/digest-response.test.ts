import { describe, expect, it } from '@jest/globals';
import type { DigestAlgorithm } from './digest-algorithm.js';
import { digestResponse, secretHash, type DigestInput } from './digest-response.js';

const NOTHING = Buffer.alloc(0);

type Vector = Omit<DigestInput, 'secretHash'> & { username: string; realm: string; password: string };

const responseOf = ({ username, realm, password, ...input }: Vector) =>
  digestResponse({ ...input, secretHash: secretHash(input.algorithm, username, realm, password) });

describe('digest response', () => {
  const mufasa = (algorithm: DigestAlgorithm): Vector => ({
    username: 'Mufasa',
    realm: 'http-auth@example.org',
    password: 'Circle of Life',
    algorithm,
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    method: 'GET',
    uri: '/dir/index.html',
    quality: 'auth',
    nonceCount: '00000001',
    clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    body: NOTHING,
  });

  it('is that of RFC 7616 section 3.9.1', () => {
    expect(responseOf(mufasa('SHA-256'))).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
    expect(responseOf(mufasa('MD5'))).toBe('8ca523f5e9506fed4657c9700eebdbec');
  });

  it('is that of RFC 2617 section 3.5', () => {
    const vector: Vector = {
      ...mufasa('MD5'),
      realm: 'testrealm@host.com',
      password: 'Circle Of Life',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      clientNonce: '0a4f113b',
    };
    expect(responseOf(vector)).toBe('6629fae49393a05397450978507c4ef1');
  });

  it('is that of RFC 2069 section 2.4 without qop, as its errata correct it', () => {
    const vector: Vector = {
      ...mufasa('MD5'),
      realm: 'testrealm@host.com',
      password: 'CircleOfLife',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      quality: undefined,
    };
    expect(responseOf(vector)).toBe('1949323746fe6a43ef61f9606e7febea');
  });

  it('takes the body in with auth-int, and only then', () => {
    const [auth, integrity] = (['auth', 'auth-int'] as const).map((quality) =>
      ['one', 'two'].map((body) => responseOf({ ...mufasa('SHA-256'), quality, body: Buffer.from(body) })),
    );
    expect(new Set(auth).size).toBe(1);
    expect(new Set(integrity).size).toBe(2);
  });
});
