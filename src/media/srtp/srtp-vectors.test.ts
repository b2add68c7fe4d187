import { describe, expect, it } from '@jest/globals';

import { createPacketCipher } from './create-packet-cipher.js';
import { CRYPTO_SUITES, type CryptoSuiteName } from './crypto-suite.js';
import { GcmCipher } from './gcm-cipher.js';
import { KeyStream } from './key-stream.js';
import type { MasterKey } from './master-key.js';
import { ReceivingContext } from './receiving-context.js';
import { SendingContext } from './sending-context.js';
import { deriveSessionKeys } from './session-keys.js';

const hex = (...parts: string[]): Buffer => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');

const MASTER_128: MasterKey = {
  key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'),
  salt: hex('0EC675AD498AFEEBB6960B3AABE6'),
};
const MASTER_256: MasterKey = {
  key: hex('f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6'),
  salt: hex('3b04803de51ee7c96423ab5b78d2'),
};

describe('key derivation', () => {
  it('gives the keys of RFC 3711 appendix B.3 for RTP', () => {
    const keys = deriveSessionKeys(CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_80, MASTER_128, 'rtp');
    expect(keys).toEqual({
      encryption: hex('C61E7A93744F39EE10734AFE3FF7A087'),
      salt: hex('30CBBC08863D8C85D49DB34A9AE1'),
      authentication: hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'),
    });
  });

  it('gives other keys for RTCP', () => {
    const keys = deriveSessionKeys(CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_80, MASTER_128, 'rtcp');
    expect(keys).toEqual({
      encryption: hex('4c1aa45a81f73d61c800bbb00fbb1eaa'),
      salt: hex('9581c7ad87b3e530bf3e4454a8b3'),
      authentication: hex('8d54534feb49ae8e7993a6bd0b844fc323a93dfd'),
    });
  });

  it('gives the keys of RFC 6188 section 7.2 for AES-256', () => {
    const keys = deriveSessionKeys(CRYPTO_SUITES.AES_256_CM_HMAC_SHA1_80, MASTER_256, 'rtp');
    expect(keys).toEqual({
      encryption: hex('5ba1064e30ec51613cad926c5a28ef73', '1ec7fb397f70a960653caf06554cd8c4'),
      salt: hex('fa31791685ca444a9e07c6c64e93'),
      authentication: hex('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'),
    });
  });
});

describe('the keystream', () => {
  /** A header of zeros leaves the salt as the first counter block. */
  const streamOf = (key: Buffer, length: number): Buffer => {
    const stream = new KeyStream({ encryption: key, salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD') });
    const zeros = Buffer.alloc(length);
    stream.positionRtp(Buffer.alloc(12), 0);
    stream.apply(zeros, { start: 0, end: length, target: zeros });
    return zeros;
  };

  it('is that of RFC 3711 appendix B.2, from the first blocks to the last', () => {
    const stream = streamOf(hex('2B7E151628AED2A6ABF7158809CF4F3C'), 0xff02 * 16);
    expect(stream.subarray(0, 48)).toEqual(
      hex(
        'E03EAD0935C95E80E166B16DD92B4EB4',
        'D23513162B02D0F72A43A2FE4A5F97AB',
        '41E95B3BB0A2E8DD477901E4FCA894C0',
      ),
    );
    expect(stream.subarray(0xfeff * 16)).toEqual(
      hex(
        'EC8CDF7398607CB0F2D21675EA9EA1E4',
        '362B7C3C6773516318A077D7FC5073AE',
        '6A2CC3787889374FBEB4C81B17BA6C44',
      ),
    );
  });

  it('is that of RFC 6188 section 7.1 for AES-256', () => {
    const key = hex('57f82fe3613fd170a85ec93c40b1f092', '2ec4cb0dc025b58272147cc438944a98');
    expect(streamOf(key, 48)).toEqual(
      hex(
        '92bdd28a93c3f52511c677d08b5515a4',
        '9da71b2378a854f67050756ded165bac',
        '63c4868b7096d88421b563b8c94c9a31',
      ),
    );
  });
});

describe('a packet that libsrtp protected', () => {
  const rtp = hex('800f1234decafbadcafebabe', 'ab'.repeat(16));

  it.each([
    ['AES_CM_128_HMAC_SHA1_80', MASTER_128, '4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb'],
    ['AES_CM_128_HMAC_SHA1_32', MASTER_128, '4e55dc4ce79978d88ca4d215949d2402b78d6acc'],
    ['AES_256_CM_HMAC_SHA1_80', MASTER_256, 'f1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b'],
  ] as const)('with %s is ours, octet by octet', (name, master, payload) => {
    const suite = CRYPTO_SUITES[name];
    const sealed = hex('800f1234decafbadcafebabe', payload);
    expect(new SendingContext(suite, master).protectRtp(rtp, 12)).toEqual(sealed);
    expect(new ReceivingContext(suite, [master]).openRtp(sealed, 12)).toEqual(rtp);
  });

  it('is ours for RTCP too', () => {
    const rtcp = hex('81c8000bcafebabe', 'ab'.repeat(16));
    const sealed = hex('81c8000bcafebabe', '7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798');
    const cipher = createPacketCipher(CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_80, MASTER_128);
    expect(cipher.sealRtcp(rtcp, 1)).toEqual(sealed);
    const context = new ReceivingContext(CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_80, [MASTER_128]);
    expect(context.openRtcp(sealed)).toEqual(rtcp);
  });
});

/** The RFC's examples name the session keys, so these ciphers are made without a derivation. */
describe('RFC 7714', () => {
  const KEYS = {
    AEAD_AES_128_GCM: hex('000102030405060708090a0b0c0d0e0f'),
    AEAD_AES_256_GCM: hex('000102030405060708090a0b0c0d0e0f', '101112131415161718191a1b1c1d1e1f'),
  } as const;
  const SALT = hex('517569642070726f2071756f');
  const cipherOf = (name: keyof typeof KEYS): GcmCipher => {
    const keys = { encryption: KEYS[name], salt: SALT, authentication: Buffer.alloc(0) };
    return new GcmCipher({ suite: CRYPTO_SUITES[name], rtp: keys, rtcp: keys, identifierLength: 0 });
  };

  const RTP = hex(
    '8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973',
    '20646976 69736120 696e2070 61727465 73207472 6573',
  );

  it.each([
    [
      'AEAD_AES_128_GCM',
      'f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf' +
        '8833899d 7f27beb1 6a9152cf 765ee439 0cce',
    ],
    [
      'AEAD_AES_256_GCM',
      '32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799' +
        'b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13',
    ],
  ] as const)('section 16, the RTP packet with %s', (name, payload) => {
    const sealed = Buffer.concat([RTP.subarray(0, 12), hex(payload)]);
    expect(cipherOf(name).sealRtp(RTP, 12, 0)).toEqual(sealed);
    expect(cipherOf(name).openRtp(sealed, 12, 0)).toEqual(RTP);
  });

  const RTCP = hex(
    '81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61',
    'deadbeef deadbeef deadbeef deadbeef deadbeef',
  );
  const RTCP_INDEX = 0x5d4;

  it('section 17.1, the RTCP packet encrypted with AEAD_AES_128_GCM', () => {
    const sealed = hex(
      '81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda',
      '4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4',
    );
    expect(cipherOf('AEAD_AES_128_GCM').sealRtcp(RTCP, RTCP_INDEX)).toEqual(sealed);
    expect(cipherOf('AEAD_AES_128_GCM').openRtcp(sealed)).toEqual(RTCP);
  });

  it('section 17.2, the RTCP packet decrypted with AEAD_AES_256_GCM', () => {
    const sealed = hex(
      '81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be',
      '8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4',
    );
    expect(cipherOf('AEAD_AES_256_GCM').rtcpIndexOf(sealed)).toBe(RTCP_INDEX);
    expect(cipherOf('AEAD_AES_256_GCM').openRtcp(sealed)).toEqual(RTCP);
  });

  it.each([
    ['17.3', 'AEAD_AES_128_GCM', '841dd968 3dd78ec9 2ae58790 125f62b3'],
    ['17.4', 'AEAD_AES_256_GCM', '91db4afb feee5a97 8fab4393 ed2615fe'],
  ] as const)('section %s, the RTCP packet that is authenticated only, with %s', (_section, name, tag) => {
    const sealed = Buffer.concat([RTCP, hex(tag, '000005d4')]);
    expect(cipherOf(name).openRtcp(Buffer.from(sealed))).toEqual(RTCP);
    sealed.writeUInt8(sealed.readUInt8(20) ^ 1, 20);
    expect(cipherOf(name).openRtcp(sealed)).toBeUndefined();
  });
});

describe('every suite', () => {
  it.each(Object.keys(CRYPTO_SUITES) as CryptoSuiteName[])('%s adds as much as it says', (name) => {
    const suite = CRYPTO_SUITES[name];
    const master = { key: Buffer.alloc(suite.keyLength, 1), salt: Buffer.alloc(suite.saltLength, 2) };
    const cipher = createPacketCipher(suite, master);
    const packet = Buffer.alloc(60, 7);
    expect(cipher.sealRtp(packet, 12, 0)).toHaveLength(60 + suite.tagLength);
    expect(cipher.rtpOverhead).toBe(suite.tagLength);
    const rtcpTag = Math.max(10, suite.tagLength);
    expect(cipher.sealRtcp(packet, 0)).toHaveLength(60 + 4 + rtcpTag);
    expect(cipher.rtcpOverhead).toBe(4 + rtcpTag);
  });
});
