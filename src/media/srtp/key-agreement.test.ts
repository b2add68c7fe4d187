import { describe, expect, it } from '@jest/globals';

import { KeyAgreement, type LineSecurity, type OwnCrypto } from './key-agreement.js';
import type { MediaEncryption } from './media-encryption.js';
import { SecureStream } from './secure-stream.js';

type Usable = Exclude<LineSecurity, { readonly kind: 'refused' }>;

const PLAIN = { protocol: 'RTP/AVP', crypto: [] };
const KEY = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';

function side(policy: MediaEncryption, isSignalingSecure = true): KeyAgreement {
  return new KeyAgreement({ policy, isSignalingSecure });
}

function written(lines: readonly OwnCrypto[]): string[] {
  return lines.map(({ id, suite, config }) => `${id} ${suite} ${config}`);
}

function usable(line: LineSecurity): Usable {
  if (line.kind === 'refused') throw new Error(line.reason);
  return line;
}

function offerOf(one: KeyAgreement, renewKeys = false) {
  const { protocol, crypto } = one.offer({ renewKeys });
  return { protocol, crypto: written(crypto) };
}

/** One side offers, the other answers; gives the answer's line. */
function exchange(
  one: KeyAgreement,
  other: KeyAgreement,
  { renewKeys = false, hasMoved = false } = {},
): string[] {
  const offer = offerOf(one, renewKeys);
  const answer = other.answer(usable(other.judgeOffer(offer)), { hasMoved });
  const crypto = answer === undefined ? [] : written([answer]);
  one.follow(usable(one.judgeAnswer({ protocol: offer.protocol, crypto })));
  return crypto;
}

function rtp(sequence: number): Buffer {
  const packet = Buffer.from('800000000000000000000cafe0a01ce0', 'hex');
  packet.writeUInt16BE(sequence, 2);
  return packet;
}

describe('an offer', () => {
  it('has every suite with a key of its own, the one that everybody knows first', () => {
    const { protocol, crypto } = side('mandatory').offer({ renewKeys: false });
    expect(protocol).toBe('RTP/SAVP');
    expect(crypto.map(({ id, suite }) => `${id} ${suite}`)).toEqual([
      '1 AES_CM_128_HMAC_SHA1_80',
      '2 AES_256_CM_HMAC_SHA1_80',
      '3 AEAD_AES_256_GCM',
      '4 AEAD_AES_128_GCM',
      '5 AES_CM_128_HMAC_SHA1_32',
      '6 AES_256_CM_HMAC_SHA1_32',
    ]);
    expect(new Set(crypto.map(({ config }) => config)).size).toBe(6);
  });

  it('has keys beside the plain profile for best effort, and none for none', () => {
    const bestEffort = offerOf(side('bestEffort'));
    expect([bestEffort.protocol, bestEffort.crypto.length]).toEqual(['RTP/AVP', 6]);
    expect(offerOf(side('none'))).toEqual(PLAIN);
  });

  it('never shows a key on open signaling', () => {
    expect(offerOf(side('bestEffort', false))).toEqual(PLAIN);
    expect(() => offerOf(side('mandatory', false))).toThrow(/open signaling.*use TLS/);
  });
});

describe('the agreement', () => {
  it.each([
    ['mandatory', 'mandatory'],
    ['mandatory', 'bestEffort'],
    ['bestEffort', 'mandatory'],
    ['bestEffort', 'bestEffort'],
  ] as const)('of %s and %s is encrypted, each with its own key', (one, other) => {
    const [caller, callee] = [side(one), side(other)];
    expect(exchange(caller, callee)[0]).toMatch(/^1 AES_CM_128_HMAC_SHA1_80 inline:/);
    expect(caller.current?.own).toEqual(callee.current?.peers[0]);
    expect(callee.current?.own).toEqual(caller.current?.peers[0]);
    expect(caller.current?.own).not.toEqual(callee.current?.own);
  });

  it.each([
    ['bestEffort', 'none'],
    ['none', 'bestEffort'],
    ['none', 'none'],
  ] as const)('of %s and %s is plain', (one, other) => {
    const [caller, callee] = [side(one), side(other)];
    expect(exchange(caller, callee)).toEqual([]);
    expect([caller.current, callee.current]).toEqual([undefined, undefined]);
  });

  it.each([
    ['none', 'RTP/SAVP', [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`], /encryption is off for this account/],
    ['mandatory', 'RTP/AVP', [], /must have it encrypted/],
    ['bestEffort', 'RTP/SAVP', [], /gives no key/],
    ['mandatory', 'RTP/SAVP', ['1 AES_CM_128_HMAC_SHA1_80 inline:abcd'], /length of its suite/],
    ['bestEffort', 'UDP/TLS/RTP/SAVPF', [], /UDP\/TLS\/RTP\/SAVPF\), with keys by DTLS/],
  ] as const)('with %s refuses an offer of %s with %j', (policy, protocol, crypto, reason) => {
    const line = side(policy).judgeOffer({ protocol, crypto });
    expect(line).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
  });

  it.each(['bestEffort', 'mandatory'] as const)('with %s refuses keys on open signaling', (policy) => {
    const crypto = [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`];
    const line = side(policy, false).judgeOffer({ protocol: 'RTP/SAVP', crypto });
    expect(line).toEqual({ kind: 'refused', reason: expect.stringMatching(/use TLS/) });
  });

  it('on open signaling is plain where that will do', () => {
    const crypto = [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`];
    expect(side('bestEffort', false).judgeOffer({ protocol: 'RTP/AVP', crypto })).toEqual({ kind: 'plain' });
    expect(side('mandatory', false).judgeOffer(PLAIN).kind).toBe('refused');
  });

  it('takes the first of the offered lines that can be used, with its tag and spelling', () => {
    const callee = side('bestEffort');
    const crypto = [
      `4 AES_CM_128_HMAC_SHA1_80 inline:${KEY} UNENCRYPTED_SRTP`,
      `7 AES_CM_256_HMAC_SHA1_80 inline:${KEY}AAAAAAAAAAAAAAAAAAAAAA==`,
      `9 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`,
    ];
    const line = usable(callee.judgeOffer({ protocol: 'RTP/SAVPF', crypto }));
    expect(callee.answer(line, { hasMoved: false })).toMatchObject({
      id: 7,
      suite: 'AES_CM_256_HMAC_SHA1_80',
    });
  });

  it('falls back to plain for best effort where no key of a plain offer can be used', () => {
    const crypto = ['1 F8_128_HMAC_SHA1_80 inline:x'];
    expect(side('bestEffort').judgeOffer({ protocol: 'RTP/AVP', crypto })).toEqual({ kind: 'plain' });
  });
});

describe('an answer', () => {
  const caller = side('bestEffort');
  caller.offer({ renewKeys: false });

  it.each([
    [
      'has a suite that was not offered',
      { protocol: 'RTP/AVP', crypto: ['1 F8_128_HMAC_SHA1_80 inline:x'] },
      /not known here/,
    ],
    ['is secure without a key', { protocol: 'RTP/SAVP', crypto: [] }, /gives no key/],
  ])('is refused that %s', (_what, answer, reason) => {
    expect(caller.judgeAnswer(answer)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
  });

  it('is refused that is plain where encryption is a must', () => {
    const strict = side('mandatory');
    strict.offer({ renewKeys: false });
    expect(strict.judgeAnswer(PLAIN)).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/must have/),
    });
  });

  it('is understood with the number of another line', () => {
    const line = caller.judgeAnswer({
      protocol: 'RTP/AVP',
      crypto: [`1 AES_CM_128_HMAC_SHA1_32 inline:${KEY}`],
    });
    caller.follow(usable(line));
    expect(caller.current?.suite.name).toBe('AES_CM_128_HMAC_SHA1_32');
  });

  it('with keys is refused to an offer that had none', () => {
    const plain = side('none');
    plain.offer({ renewKeys: false });
    const crypto = [`1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`];
    expect(plain.judgeAnswer({ protocol: 'RTP/SAVP', crypto }).kind).toBe('refused');
  });
});

describe('a later offer', () => {
  it('that changes nothing keeps the keys of both sides, whoever makes it', () => {
    const [caller, callee] = [side('mandatory'), side('mandatory')];
    const first = exchange(caller, callee);
    const before = [caller.current, callee.current];
    expect(exchange(caller, callee)).toEqual(first);
    exchange(callee, caller);
    expect([caller.current, callee.current]).toEqual(before);
  });

  it('can bring new keys, and then the other side has new ones too', () => {
    const [caller, callee] = [side('mandatory'), side('mandatory')];
    exchange(caller, callee);
    const before = caller.current;
    exchange(caller, callee, { renewKeys: true });
    expect(caller.current?.own).not.toEqual(before?.own);
    expect(caller.current?.peers).not.toEqual(before?.peers);
    expect(callee.current?.peers[0]).toEqual(caller.current?.own);
  });

  it('of a peer that moved gets a new key', () => {
    const [caller, callee] = [side('mandatory'), side('mandatory')];
    exchange(caller, callee);
    const before = callee.current;
    exchange(caller, callee, { hasMoved: true });
    expect(callee.current?.own).not.toEqual(before?.own);
    expect(callee.current?.peers).toEqual(before?.peers);
  });

  it('that fails leaves the keys as they are', () => {
    const [caller, callee] = [side('mandatory'), side('mandatory')];
    exchange(caller, callee);
    const before = callee.current;
    expect(callee.judgeOffer(PLAIN).kind).toBe('refused');
    caller.offer({ renewKeys: true });
    expect([callee.current, caller.current?.own]).toEqual([before, before?.peers[0]]);
  });

  it('in the clear ends encryption where it was best effort', () => {
    const [caller, callee] = [side('bestEffort'), side('bestEffort')];
    exchange(caller, callee);
    callee.answer(usable(callee.judgeOffer(PLAIN)), { hasMoved: false });
    expect(callee.current).toBeUndefined();
  });
});

describe('the packets of a call', () => {
  /** A caller and a callee with their streams, which follow every exchange. */
  function call() {
    const [caller, callee] = [side('mandatory'), side('mandatory')];
    const [from, to] = [new SecureStream(), new SecureStream()];
    return {
      from,
      to,
      negotiate: (options?: { renewKeys?: boolean; hasMoved?: boolean }) => {
        exchange(caller, callee, options);
        from.follow(caller.current);
        to.follow(callee.current);
      },
      send: (sequence: number) => from.protectRtp(rtp(sequence))!,
    };
  }

  it('go in the clear before keys are agreed on', () => {
    const { from, to } = call();
    expect(to.openRtp(from.protectRtp(rtp(1))!)).toEqual(rtp(1));
    expect(to.suite).toBeUndefined();
  });

  it('are counted on over an offer that keeps the keys', () => {
    const { negotiate, send, to } = call();
    negotiate();
    for (const sequence of [65_534, 65_535, 0]) expect(to.openRtp(send(sequence))).toEqual(rtp(sequence));
    negotiate();
    expect(to.openRtp(send(1))).toEqual(rtp(1));
    expect(to.counts).toEqual({ forged: 0, replayed: 0 });
  });

  it('begin anew with new keys, while those under the old ones still arrive', () => {
    const { negotiate, send, to } = call();
    negotiate();
    for (const sequence of [65_534, 65_535, 0]) to.openRtp(send(sequence));
    const late = send(1);
    negotiate({ renewKeys: true });
    expect(to.openRtp(send(2))).toEqual(rtp(2));
    expect(to.openRtp(late)).toEqual(rtp(1));
    expect(to.counts).toEqual({ forged: 0, replayed: 0 });
  });

  it('under the old keys are refused once the new ones are in use for a while', () => {
    const { negotiate, send, to } = call();
    negotiate();
    to.openRtp(send(1));
    const [late, later] = [send(2), send(3)];
    negotiate({ renewKeys: true });
    for (let sequence = 4; sequence < 106; sequence++) to.openRtp(send(sequence));
    expect([late, later].map((packet) => to.openRtp(packet))).toEqual([undefined, undefined]);
    expect(to.counts).toEqual({ forged: 2, replayed: 0 });
  });

  it('that are plain, replayed or strange are counted and go no further', () => {
    const { negotiate, send, to } = call();
    negotiate();
    const sealed = send(1);
    expect(to.openRtp(Buffer.from(sealed))).toEqual(rtp(1));
    for (const packet of [sealed, rtp(2), Buffer.alloc(3), Buffer.alloc(0), Buffer.alloc(40, 0xff)]) {
      expect(to.openRtp(packet)).toBeUndefined();
      expect(to.openRtcp(packet)).toBeUndefined();
    }
    expect(to.counts.replayed).toBe(1);
    expect(to.counts.forged).toBeGreaterThan(0);
  });

  it('of RTCP are protected by the same keys', () => {
    const { negotiate, from, to } = call();
    negotiate();
    const report = Buffer.concat([Buffer.from('81c9000100000cafe', 'hex'), Buffer.alloc(24)]);
    const sealed = from.protectRtcp(report)!;
    expect(sealed.subarray(8, report.length)).not.toEqual(report.subarray(8));
    expect(to.openRtcp(sealed)).toEqual(report);
  });
});
