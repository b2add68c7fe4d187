import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { MediaEngine } from '../../src/media/media-engine.js';
import type { MediaSession } from '../../src/media/media-session.js';
import type { CryptoSuiteName } from '../../src/media/srtp/crypto-suite.js';
import { continuousTone } from '../../src/media/tone-source.js';
import { DigestClient, SipEndpoint, type Session } from '../../src/sip/index.js';
import { startedPbx } from '../support/asterisk/started-pbx.js';
import type { TestPbx } from '../support/asterisk/test-pbx.js';
import { everyAsterisk } from '../support/asterisk/unpacked-asterisk.js';
import { testAuthority } from '../support/certificates.js';
import { recordInterop } from '../support/interop-record.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';

/** Debian builds Asterisk without the others. */
const SUITES = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const;
const TONE = 600;

/**
 * A caller of the SIP and media rooms alone, because the device offers every suite at once and Asterisk takes
 * the first.
 */
class SecureCaller {
  readonly media = new MediaEngine({
    clock: new SystemClock(),
    log: silentLog,
    address: '127.0.0.1',
    firstPort: 26_000,
  });
  readonly #endpoint = new SipEndpoint({ listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }] });
  readonly #pbx: TestPbx;

  constructor(pbx: TestPbx) {
    this.#pbx = pbx;
  }

  /** Calls a number with an offer of this suite only, and plays a tone; resolves when the answer is there. */
  async call(number: string, suite: CryptoSuiteName): Promise<{ media: MediaSession; session: Session }> {
    await this.#endpoint.start();
    const media = await this.media.createSession({
      advertisedAddress: '127.0.0.1',
      codecs: ['PCMU'],
      encryption: 'mandatory',
      isSignalingSecure: true,
    });
    const session = this.#endpoint.invite({
      to: `sip:${number}@127.0.0.1:${this.#pbx.tlsPort};transport=tls`,
      tls: { authorities: [(await testAuthority()).certificate] },
      from: 'sip:siren-secure@127.0.0.1',
      body: withOnly(media.createOffer(), suite),
      credentials: new DigestClient({
        credentials: { username: 'siren-secure', password: 'change-me-siren-secure' },
        scope: { hosts: ['127.0.0.1'] },
      }),
    });
    await new Promise<void>((resolve, reject) => {
      session.onEnd = ({ reason }) => reject(new Error(`The call failed: ${reason}`));
      session.onAnswer = (answer) => {
        media.applyAnswer(answer);
        resolve();
      };
    });
    media.play(continuousTone(TONE));
    media.start();
    return { media, session };
  }

  async close(): Promise<void> {
    await this.#endpoint.close();
    await this.media.close();
  }
}

function withOnly(offer: string, suite: CryptoSuiteName): string {
  return offer
    .split('\r\n')
    .filter((line) => !line.startsWith('a=crypto:') || line.includes(` ${suite} `))
    .join('\r\n');
}

describe.each(everyAsterisk())('%s', (_name, source) => {
  const pbx = startedPbx(source);
  let caller: SecureCaller | undefined;

  afterEach(async () => {
    await caller?.close();
    caller = undefined;
  });

  it.each(SUITES)('opens what we protect with %s, and we open what it protects', async (suite) => {
    recordInterop({ ...pbx().peer, feature: `SRTP ${suite}, call from the siren` });
    caller = new SecureCaller(pbx());
    const { media } = await caller.call('900', suite);
    await until('the echo of fifty packets', () => media.statistics.received > 50);
    await until('a report', () => media.statistics.roundTrip !== undefined);
    expect(media.statistics).toMatchObject({ encryption: suite, forged: 0, replayed: 0, lostAtPeer: 0 });
  });

  it('follows new keys of ours within a call, and its recording goes on', async () => {
    recordInterop({ ...pbx().peer, feature: 'SRTP, new keys within a call' });
    caller = new SecureCaller(pbx());
    const { media, session } = await caller.call('910', 'AES_CM_128_HMAC_SHA1_80');
    await until('some audio to be heard', () => media.statistics.sent > 20);
    let [answers, ended] = [0, false];
    session.onAnswer = (answer) => {
      answers++;
      media.applyAnswer(answer);
    };
    session.onEnd = () => {
      ended = true;
    };
    const before = media.statistics.encryption;
    await session.reinvite(media.createOffer({ renewKeys: true }));
    await until('the recording to be over', () => ended);
    expect([before, answers]).toEqual(['AES_CM_128_HMAC_SHA1_80', 1]);
    const { samples, sampleRate } = await pbx().recording('siren.wav');
    // The tone is there to the end: the latter half was protected by the new keys.
    expect(toneLevel(samples.subarray(samples.length - sampleRate / 2), sampleRate, TONE)).toBeGreaterThan(
      0.05,
    );
    expect(media.statistics).toMatchObject({ forged: 0, replayed: 0 });
  });
});
