import { describe, expect, it } from '@jest/globals';

import { CRYPTO_SUITES, type CryptoSuiteName } from './crypto-suite.js';
import { randomMasterKey, type MasterKey } from './master-key.js';
import { ReceivingContext } from './receiving-context.js';
import { SendingContext } from './sending-context.js';

const SUITE = CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_80;
const NAMES = Object.keys(CRYPTO_SUITES) as CryptoSuiteName[];

function rtp(sequence: number, { ssrc = 0xcafe, payload = 'a voice' } = {}): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  packet[0] = 0x80;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(ssrc, 8);
  packet.write(payload, 12);
  return packet;
}

function rtcp(ssrc = 0xcafe): Buffer {
  const packet = Buffer.from('81c8000c00000000', 'hex');
  packet.writeUInt32BE(ssrc, 4);
  return Buffer.concat([packet, Buffer.alloc(44, 3)]);
}

/** Both ends of a direction. */
function pair(name: CryptoSuiteName = 'AES_CM_128_HMAC_SHA1_80') {
  const suite = CRYPTO_SUITES[name];
  const master = randomMasterKey(suite);
  const sending = new SendingContext(suite, master);
  const receiving = new ReceivingContext(suite, [master]);
  return {
    master,
    receiving,
    seal: (packet: Buffer): Buffer => sending.protectRtp(packet, 12) ?? Buffer.alloc(0),
    sealRtcp: (packet: Buffer): Buffer => sending.protectRtcp(packet) ?? Buffer.alloc(0),
    /** Opens a copy, since opening happens in place. */
    open: (packet: Buffer) => receiving.openRtp(Buffer.from(packet), 12),
    openRtcp: (packet: Buffer) => receiving.openRtcp(Buffer.from(packet)),
  };
}

describe.each(NAMES)('%s', (name) => {
  it('gives back what was sent, RTP and RTCP, and hides it on the way', () => {
    const { seal, open, sealRtcp, openRtcp } = pair(name);
    const sealed = seal(rtp(1));
    expect(sealed.toString('latin1')).not.toContain('a voice');
    expect(open(sealed)).toEqual(rtp(1));
    expect(openRtcp(sealRtcp(rtcp()))).toEqual(rtcp());
  });

  it('leaves sources and extension readable and still authenticates them', () => {
    const { receiving, master } = pair(name);
    const header = Buffer.from('91000001000000000000cafe00000001bede000110aa0000', 'hex');
    const packet = Buffer.concat([header, Buffer.from('a voice')]);
    const sealed = new SendingContext(CRYPTO_SUITES[name], master).protectRtp(packet, header.length)!;
    expect(sealed.subarray(0, header.length)).toEqual(header);
    const changed = Buffer.from(sealed);
    changed.writeUInt8(0xab, 21);
    expect(receiving.openRtp(changed, header.length)).toBe('forged');
    expect(receiving.openRtp(sealed, header.length)).toEqual(packet);
  });

  it('refuses a packet in which any octet was changed, and one that was cut', () => {
    const { seal, open, sealRtcp, openRtcp } = pair(name);
    const [media, report] = [seal(rtp(1)), sealRtcp(rtcp())];
    for (const [sealed, opener] of [
      [media, open],
      [report, openRtcp],
    ] as const) {
      for (let octet = 0; octet < sealed.length; octet++) {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(octet) ^ 0x40, octet);
        expect(opener(changed)).toBe('forged');
      }
      // Six octets less are a short tag where the suite has such.
      const shortTag = name.endsWith('_32') ? sealed.length - 6 : -1;
      for (let length = 12; length < sealed.length; length++) {
        if (opener === openRtcp && length === shortTag) continue;
        expect(['forged', 'malformed']).toContain(opener(sealed.subarray(0, length)));
      }
    }
  });

  it('refuses what was sealed with another key', () => {
    expect(pair(name).open(pair(name).seal(rtp(1)))).toBe('forged');
    expect(pair(name).openRtcp(pair(name).sealRtcp(rtcp()))).toBe('forged');
  });

  it('takes an empty payload', () => {
    const { seal, open } = pair(name);
    expect(open(seal(rtp(1, { payload: '' })))).toEqual(rtp(1, { payload: '' }));
  });
});

describe('replays', () => {
  it('are refused, of RTP and of RTCP', () => {
    const { seal, open, sealRtcp, openRtcp } = pair();
    const [media, report] = [seal(rtp(7)), sealRtcp(rtcp())];
    expect([open(media), open(media)]).toEqual([rtp(7), 'replayed']);
    expect([openRtcp(report), openRtcp(report)]).toEqual([rtcp(), 'replayed']);
  });

  it('are told from packets that overtook each other within the window', () => {
    const { seal, open } = pair();
    const sealed = Array.from({ length: 400 }, (_, index) => seal(rtp(index)));
    const order = [0, 300, 299, 45, 301, 46];
    expect(order.map((index) => open(sealed[index]!))).toEqual(order.map((index) => rtp(index)));
    expect(order.map((index) => open(sealed[index]!))).toEqual(order.map(() => 'replayed'));
    expect(open(sealed[44]!)).toBe('replayed');
  });

  it('do not move the window when they are forged', () => {
    const { seal, open } = pair();
    const first = seal(rtp(1));
    const far = seal(rtp(30_000));
    far.writeUInt8(far.readUInt8(15) ^ 1, 15);
    expect(open(far)).toBe('forged');
    expect(open(first)).toEqual(rtp(1));
    expect(open(seal(rtp(30_001)))).toEqual(rtp(30_001));
  });
});

describe('the rollover counter', () => {
  it('follows the numbers round, with packets that overtake each other at the turn', () => {
    const { seal, open } = pair();
    const numbers = Array.from({ length: 40 }, (_, index) => 65_516 + index);
    const sealed = numbers.map((number) => seal(rtp(number)));
    const order = [0, 5, 2, 22, 19, 18, 25, 17, 39, 21];
    expect(order.map((at) => open(sealed[at]!))).toEqual(order.map((at) => rtp(numbers[at]!)));
    expect(open(sealed[18]!)).toBe('replayed');
  });

  it('goes on for many rounds', () => {
    const { seal, open } = pair();
    for (let number = 0; number < 6 * 0x1_0000; number += 20_000) {
      expect(open(seal(rtp(number)))).toEqual(rtp(number));
    }
  });

  it('is found by a receiver that missed the beginning and the turn', () => {
    const { seal, open } = pair();
    seal(rtp(65_530));
    expect(open(seal(rtp(65_536 + 3)))).toEqual(rtp(3));
    expect(open(seal(rtp(65_536 + 4)))).toEqual(rtp(4));
  });

  it('is not lost by a report that comes before the first packet', () => {
    const { seal, open, sealRtcp, openRtcp } = pair();
    seal(rtp(65_530));
    expect(openRtcp(sealRtcp(rtcp()))).toEqual(rtcp());
    expect(open(seal(rtp(65_536 + 3)))).toEqual(rtp(3));
  });

  it('begins anew for each source', () => {
    const { seal, open } = pair();
    open(seal(rtp(65_535)));
    open(seal(rtp(65_536)));
    const other = { ssrc: 0xbeef };
    expect(open(seal(rtp(9, other)))).toEqual(rtp(9, other));
  });
});

describe('a sender', () => {
  it('never protects two packets with the same number', () => {
    const { seal } = pair();
    expect(seal(rtp(5))).not.toHaveLength(0);
    expect(seal(rtp(5))).toHaveLength(0);
    expect(seal(rtp(4))).toHaveLength(0);
    expect(seal(rtp(6))).not.toHaveLength(0);
  });
});

describe('several sources', () => {
  it('are told apart, and their number is bounded', () => {
    const master = randomMasterKey(SUITE);
    const receiving = new ReceivingContext(SUITE, [master]);
    const packets = Array.from({ length: 70 }, (_, ssrc) =>
      Buffer.from(new SendingContext(SUITE, master).protectRtp(rtp(1, { ssrc }), 12)!),
    );
    const open = (packet: Buffer) => receiving.openRtp(Buffer.from(packet), 12);
    expect(packets.map(open)).toEqual(packets.map((_, ssrc) => rtp(1, { ssrc })));
    expect(packets.slice(10).map(open)).toEqual(packets.slice(10).map(() => 'replayed'));
  });
});

describe('several keys', () => {
  const withIdentifier = (...octets: number[]): MasterKey => ({
    ...randomMasterKey(SUITE),
    identifier: Buffer.from(octets),
  });

  it.each(['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_256_GCM'] as const)(
    'are told apart by the identifier in the packet with %s',
    (name) => {
      const suite = CRYPTO_SUITES[name];
      const masters = [1, 2].map((octet) => ({
        ...randomMasterKey(suite),
        identifier: Buffer.from([0, octet]),
      }));
      const receiving = new ReceivingContext(suite, masters);
      const sealed = masters.map((master, index) => {
        const { key, salt, identifier } = master;
        const bare = new SendingContext(suite, { key, salt });
        // The identifier stands before the tag in counter mode and behind it with GCM (RFC 7714 section 5).
        const place = (packet: Buffer, behind: number) => {
          const at = packet.length - behind;
          return Buffer.concat([packet.subarray(0, at), identifier, packet.subarray(at)]);
        };
        const tag = suite.mode === 'gcm' ? 0 : suite.tagLength;
        return [
          place(bare.protectRtp(rtp(index + 1), 12)!, tag),
          place(bare.protectRtcp(rtcp(index))!, tag),
        ] as const;
      });
      expect(sealed.map(([media]) => receiving.openRtp(media, 12))).toEqual([rtp(1), rtp(2)]);
      expect(sealed.map(([, report]) => receiving.openRtcp(report))).toEqual([rtcp(0), rtcp(1)]);
    },
  );

  it('refuse an identifier that nobody gave', () => {
    const receiving = new ReceivingContext(SUITE, [withIdentifier(1), withIdentifier(2)]);
    expect(receiving.openRtp(Buffer.concat([rtp(1), Buffer.alloc(11, 9)]), 12)).toBe('forged');
    expect(receiving.openRtp(Buffer.alloc(5), 12)).toBe('forged');
  });
});

describe('the lifetime of a key', () => {
  it('is told before it is over, and packets are taken on', () => {
    const master = { ...randomMasterKey(SUITE), lifetime: 20 };
    const sending = new SendingContext(SUITE, master);
    const receiving = new ReceivingContext(SUITE, [master]);
    const wear: boolean[] = [];
    for (let number = 1; number <= 21; number++) {
      expect(receiving.openRtp(sending.protectRtp(rtp(number), 12)!, 12)).toEqual(rtp(number));
      wear.push(receiving.isWornOut);
    }
    expect(wear.indexOf(true)).toBe(17);
  });

  it('is far away where none is given', () => {
    const { seal, open, receiving } = pair();
    open(seal(rtp(1)));
    expect(receiving.isWornOut).toBe(false);
  });
});

describe('short tags', () => {
  /** A sender that shortens the tags of RTCP too, as ffmpeg and baresip do. */
  it('of RTCP are understood in a suite that has them for RTP, and only there', () => {
    for (const name of ['AES_CM_128_HMAC_SHA1_32', 'AES_CM_128_HMAC_SHA1_80'] as const) {
      const suite = CRYPTO_SUITES[name];
      const master = randomMasterKey(suite);
      const sending = new SendingContext(suite, master);
      sending.rtcpTagLength = 4;
      const receiving = new ReceivingContext(suite, [master]);
      const [first, second] = [sending.protectRtcp(rtcp())!, sending.protectRtcp(rtcp())!];
      const isShort = name === 'AES_CM_128_HMAC_SHA1_32';
      expect(receiving.openRtcp(Buffer.alloc(60, 0x81))).toBe('forged');
      expect(receiving.openRtcp(first)).toEqual(isShort ? rtcp() : 'forged');
      expect(receiving.openRtcp(second)).toEqual(isShort ? rtcp() : 'forged');
      expect(receiving.rtcpTagLength).toBe(isShort ? 4 : undefined);
    }
  });

  it('are not looked for any more once a long one was genuine', () => {
    const suite = CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_32;
    const master = randomMasterKey(suite);
    const sending = new SendingContext(suite, master);
    const receiving = new ReceivingContext(suite, [master]);
    expect(receiving.openRtcp(sending.protectRtcp(rtcp())!)).toEqual(rtcp());
    sending.rtcpTagLength = 4;
    expect(receiving.openRtcp(sending.protectRtcp(rtcp())!)).toBe('forged');
    expect(receiving.rtcpTagLength).toBe(10);
  });
});
