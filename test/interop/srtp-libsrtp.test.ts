import { afterEach, describe, expect, it } from '@jest/globals';
import { writeRtpHeader } from '../../src/media/rtp-header.js';
import { CRYPTO_SUITES } from '../../src/media/srtp/crypto-suite.js';
import { randomMasterKey } from '../../src/media/srtp/master-key.js';
import { ReceivingContext } from '../../src/media/srtp/receiving-context.js';
import { SendingContext } from '../../src/media/srtp/sending-context.js';
import { Libsrtp } from '../support/libsrtp.js';

const HEADER = 12;
const SSRC = 0x5151_7e45;
/** The numbers of the packets turn in the middle. */
const FIRST = 65_516;
const COUNT = 40;

let peer: Libsrtp | undefined;

afterEach(async () => {
  await peer?.close();
  peer = undefined;
});

/** 20 ms of audio, each packet with another content. */
function audio(count: number): Buffer {
  const packet = Buffer.alloc(HEADER + 160, count);
  writeRtpHeader(packet, {
    marker: count === 0,
    payloadType: 0,
    sequence: (FIRST + count) & 0xffff,
    timestamp: count * 160,
    ssrc: SSRC,
  });
  return packet;
}

/** A receiver report without blocks (RFC 3550 section 6.4.2). */
function report(): Buffer {
  const packet = Buffer.alloc(8);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(201, 1);
  packet.writeUInt16BE(1, 2);
  packet.writeUInt32BE(SSRC, 4);
  return packet;
}

describe.each([
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
] as const)('libsrtp and %s', (name) => {
  const suite = CRYPTO_SUITES[name];
  const master = randomMasterKey(suite);

  it('opens what we protect, over a turn of the sequence numbers, and refuses it a second time', async () => {
    peer = new Libsrtp(suite, master);
    const sending = new SendingContext(suite, master);
    let last = Buffer.alloc(0);
    for (let count = 0; count < COUNT; count++) {
      last = Buffer.from(sending.protectRtp(audio(count), HEADER)!);
      expect(await peer.do('unprotect', last)).toEqual(audio(count));
    }
    await expect(peer.do('unprotect', last)).rejects.toThrow('replay');
    expect(await peer.do('unprotect_rtcp', sending.protectRtcp(report())!)).toEqual(report());
  });

  it('protects what we open, and nothing that was changed on its way', async () => {
    peer = new Libsrtp(suite, master);
    const receiving = new ReceivingContext(suite, [master]);
    for (let count = 0; count < COUNT; count++) {
      const sealed = await peer.do('protect', audio(count));
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(HEADER) ^ 1, HEADER);
      expect(typeof receiving.openRtp(changed, HEADER)).toBe('string');
      expect(receiving.openRtp(sealed, HEADER)).toEqual(audio(count));
    }
    expect(receiving.openRtcp(await peer.do('protect_rtcp', report()))).toEqual(report());
  });
});
