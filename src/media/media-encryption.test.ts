import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';

import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { redactText } from '../logs/redact.js';
import { MediaEngine } from './media-engine.js';
import type { MediaSessionOptions } from './media-session-options.js';
import type { MediaSession } from './media-session.js';
import { formatKeys } from './srtp/crypto-attribute.js';
import { CRYPTO_SUITES, type CryptoSuiteName } from './srtp/crypto-suite.js';
import { randomMasterKey } from './srtp/master-key.js';
import { SendingContext } from './srtp/sending-context.js';

const ENCRYPTED = { encryption: 'mandatory', isSignalingSecure: true } as const;
const BEST_EFFORT = { encryption: 'bestEffort', isSignalingSecure: true } as const;

const clock = new FakeClock();
const engines: MediaEngine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  expect(clock.pending).toEqual([]);
});

async function open(options: Partial<MediaSessionOptions>): Promise<MediaSession> {
  const engine = new MediaEngine({ clock, log: silentLog, address: '127.0.0.1', firstPort: 46_000 });
  engines.push(engine);
  return engine.createSession({ advertisedAddress: '127.0.0.1', codecs: ['PCMU'], ...options });
}

/** Two of our own sessions, the one having called the other. */
async function connect(one: Partial<MediaSessionOptions>, other: Partial<MediaSessionOptions>) {
  const [caller, callee] = [await open(one), await open(other)];
  const offer = caller.createOffer();
  const answer = callee.answer(offer);
  caller.applyAnswer(answer);
  caller.start();
  callee.start();
  return { caller, callee, offer, answer };
}

/** Lets the event loop turn until something is so; gives up long after it should have been. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 50_000) throw new Error('It never came.');
    await new Promise(setImmediate);
  }
}

/** Lets audio flow until every packet that left has come, or was refused, on the other side. */
async function talk(caller: MediaSession, callee: MediaSession, frames = 10): Promise<void> {
  for (let frame = 0; frame < frames; frame++) {
    clock.advance(milliseconds(20));
    await new Promise(setImmediate);
  }
  const came = ({ statistics }: MediaSession): number => statistics.received + (statistics.forged ?? 0);
  await until(() => came(callee) >= caller.statistics.sent && came(caller) >= callee.statistics.sent);
}

function sdp(...lines: string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...lines, ''].join('\r\n');
}

function keyLine(name: CryptoSuiteName = 'AES_CM_128_HMAC_SHA1_80', tag = 1): string {
  return `a=crypto:${tag} ${name} ${formatKeys(randomMasterKey(CRYPTO_SUITES[name]))}`;
}

function mediaLines(description: string): string[] {
  return description.split('\r\n').filter((line) => /^m=|^a=crypto/.test(line));
}

describe('two encrypted sessions', () => {
  it.each([
    ['mandatory', ENCRYPTED, ENCRYPTED, 'RTP/SAVP'],
    ['best effort', BEST_EFFORT, BEST_EFFORT, 'RTP/AVP'],
    ['best effort with mandatory', BEST_EFFORT, ENCRYPTED, 'RTP/AVP'],
  ] as const)('hear each other, %s', async (_what, one, other, protocol) => {
    const { caller, callee, offer, answer } = await connect(one, other);
    expect(mediaLines(offer)[0]).toContain(` ${protocol} `);
    expect(mediaLines(answer)).toEqual([
      expect.stringContaining(` ${protocol} `),
      expect.stringMatching(/^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:.{40}$/),
    ]);
    const pressed: string[] = [];
    callee.onDtmf = (digit) => pressed.push(digit);
    const keys = caller.sendDtmf('5');
    await talk(caller, callee, 40);
    await keys;
    expect(pressed).toEqual(['5']);
    for (const { statistics } of [caller, callee]) {
      expect(statistics).toMatchObject({
        encryption: 'AES_CM_128_HMAC_SHA1_80',
        forged: 0,
        replayed: 0,
        lost: 0,
      });
      expect(statistics.received).toBeGreaterThan(35);
    }
  });

  it('exchange reports under the keys too', async () => {
    const { caller, callee } = await connect(ENCRYPTED, ENCRYPTED);
    await talk(caller, callee, 600);
    await until(() => caller.statistics.lostAtPeer !== undefined);
    expect(caller.statistics).toMatchObject({ lostAtPeer: 0, forged: 0 });
  });

  it('keep their keys over hold and resume', async () => {
    const { caller, callee } = await connect(ENCRYPTED, ENCRYPTED);
    await talk(caller, callee);
    const first = caller.createOffer({ hold: true });
    const held = callee.answer(first);
    caller.applyAnswer(held);
    await talk(caller, callee);
    const resumed = callee.answer(caller.createOffer({ hold: false }));
    caller.applyAnswer(resumed);
    expect(mediaLines(resumed)[1]).toBe(mediaLines(held)[1]);
    await talk(caller, callee);
    for (const { statistics } of [caller, callee])
      expect(statistics).toMatchObject({ forged: 0, replayed: 0 });
  });

  it('change their keys within the call, whoever offers', async () => {
    const { caller, callee, answer } = await connect(ENCRYPTED, ENCRYPTED);
    await talk(caller, callee);
    for (const [one, other] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      const renewed = other.answer(one.createOffer({ renewKeys: true }));
      expect(renewed).not.toContain(mediaLines(answer)[1]);
      one.applyAnswer(renewed);
      await talk(caller, callee);
    }
    for (const { statistics } of [caller, callee])
      expect(statistics).toMatchObject({ forged: 0, replayed: 0 });
  });

  it('go on as they were when an offer in the clear is refused', async () => {
    const { caller, callee } = await connect(ENCRYPTED, ENCRYPTED);
    expect(() => callee.answer(sdp('m=audio 9 RTP/AVP 0'))).toThrow(/must have it encrypted/);
    await talk(caller, callee);
    expect(callee.statistics).toMatchObject({ encryption: 'AES_CM_128_HMAC_SHA1_80', forged: 0 });
  });
});

describe('a session', () => {
  it.each(Object.keys(CRYPTO_SUITES) as CryptoSuiteName[])('speaks %s with who offers it', async (name) => {
    const session = await open(BEST_EFFORT);
    const answer = session.answer(sdp('m=audio 9 RTP/SAVP 0', keyLine(name, 3)));
    expect(mediaLines(answer)[1]).toMatch(new RegExp(`^a=crypto:3 ${name} inline:`));
    expect(session.statistics.encryption).toBe(name);
  });

  it('takes the encrypted one of two lines, in any order', async () => {
    const secure = ['m=audio 5002 RTP/SAVP 0', keyLine()];
    for (const lines of [
      ['m=audio 5000 RTP/AVP 0', ...secure],
      [...secure, 'm=audio 5000 RTP/AVP 0'],
    ]) {
      const answer = (await open(BEST_EFFORT)).answer(sdp(...lines));
      const media = mediaLines(answer).filter((line) => line.startsWith('m='));
      expect(media.find((line) => line.includes('SAVP'))).not.toMatch(/^m=audio 0 /);
      expect(media.find((line) => !line.includes('SAVP'))).toBe('m=audio 0 RTP/AVP 0');
    }
  });

  it('takes the plain one of two lines where nothing is to be encrypted', async () => {
    const answer = (await open({})).answer(
      sdp('m=audio 5002 RTP/SAVP 0', keyLine(), 'm=audio 5000 RTP/AVP 0'),
    );
    expect(mediaLines(answer)).toEqual([
      'm=audio 0 RTP/SAVP 0',
      expect.stringMatching(/^m=audio \d{5} RTP\/AVP 0$/),
    ]);
  });

  it('reads every session parameter of a key, not only the first', async () => {
    const session = await open(BEST_EFFORT);
    const offer = sdp('m=audio 9 RTP/SAVP 0', `${keyLine()} WSH=64 UNENCRYPTED_SRTP`);
    expect(() => session.answer(offer)).toThrow(/turns protection off \(UNENCRYPTED_SRTP\)/);
  });

  it.each([
    ['none', {}, /media encryption is off for this account/],
    ['best effort on open signaling', { encryption: 'bestEffort' }, /use TLS/],
    ['mandatory on open signaling', { encryption: 'mandatory' }, /use TLS/],
  ] as const)('refuses keys in words: %s', async (_what, options, reason) => {
    const session = await open(options);
    expect(() => session.answer(sdp('m=audio 9 RTP/SAVP 0', keyLine()))).toThrow(reason);
  });

  it('is plain with a peer that does not read keys', async () => {
    const { caller, callee } = await connect(BEST_EFFORT, {});
    await talk(caller, callee);
    for (const { statistics } of [caller, callee]) {
      expect(statistics.encryption).toBeUndefined();
      expect(statistics.received).toBeGreaterThan(5);
    }
  });

  it('drops and counts what a stranger sends, and is not turned to him', async () => {
    const { caller, callee } = await connect(ENCRYPTED, ENCRYPTED);
    await talk(caller, callee);
    const { received, remotePort } = callee.statistics;
    const stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const suite = CRYPTO_SUITES.AES_CM_128_HMAC_SHA1_80;
    const wrong = new SendingContext(suite, randomMasterKey(suite));
    for (let sequence = 1; sequence <= 20; sequence++) {
      const packet = Buffer.alloc(172, 0xff);
      packet.set([0x80, 0]);
      packet.writeUInt16BE(sequence, 2);
      stranger.send(sequence % 2 === 0 ? packet : wrong.protectRtp(packet, 12)!, callee.port, '127.0.0.1');
    }
    await until(() => callee.statistics.forged === 20);
    stranger.close();
    expect(callee.statistics).toMatchObject({ received, remotePort });
  });

  it('shows by its counts that both sides have different keys', async () => {
    const [caller, callee] = [await open(ENCRYPTED), await open(ENCRYPTED)];
    const answer = callee.answer(caller.createOffer());
    caller.applyAnswer(answer.replace(/a=crypto:.*/, keyLine()));
    caller.start();
    callee.start();
    await talk(caller, callee);
    expect(caller.statistics).toMatchObject({ received: 0, encryption: 'AES_CM_128_HMAC_SHA1_80' });
    expect(caller.statistics.forged).toBeGreaterThan(5);
  });

  it('asks for new keys once, when the key of the peer nears the end that was given', async () => {
    const [caller, callee] = [await open(ENCRYPTED), await open(ENCRYPTED)];
    const offer = caller.createOffer().replaceAll(/(a=crypto:.*)/g, '$1|20');
    caller.applyAnswer(callee.answer(offer));
    let asked = 0;
    callee.onKeysWornOut = () => asked++;
    caller.start();
    callee.start();
    await talk(caller, callee, 15);
    expect(asked).toBe(0);
    await talk(caller, callee, 15);
    expect(asked).toBe(1);
    expect(callee.statistics.received).toBeGreaterThan(25);
  });

  it('has keys that no log shows', async () => {
    const { offer, answer } = await connect(ENCRYPTED, ENCRYPTED);
    const keys = [...`${offer}${answer}`.matchAll(/inline:(\S+)/g)].map(([, key]) => key!);
    expect(keys).toHaveLength(7);
    const logged = redactText(`sent:\n${offer}\n${answer}`);
    for (const key of keys) expect(logged).not.toContain(key);
    expect(logged).toContain('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[hidden]');
    expect(redactText(`inline:${keys[0]}|2^31|1:4;inline:${keys[1]}`)).not.toMatch(/[A-Za-z0-9+/]{20}/);
  });
});
