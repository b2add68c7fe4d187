import { SipsirenError } from '../../base/errors.js';
import { formatKeys, parseCrypto, type CryptoAttribute } from './crypto-attribute.js';
import { CRYPTO_SUITES, type CryptoSuite, type CryptoSuiteName } from './crypto-suite.js';
import { isSameKey, randomMasterKey, type MasterKey } from './master-key.js';
import type { MediaEncryption } from './media-encryption.js';

/** A line a=crypto of ours, in the parts that sdp-transform joins. */
export interface OwnCrypto {
  readonly id: number;
  readonly suite: string;
  readonly config: string;
}

/** What both sides protect their packets with. */
export interface AgreedKeys {
  readonly suite: CryptoSuite;
  /** What we send with. */
  readonly own: MasterKey;
  /** What the peer sends with: one key, or several that packets name. */
  readonly peers: readonly MasterKey[];
}

/** What may become of a line of media: it is encrypted as a line a=crypto says, plain, or refused for a reason. */
export type LineSecurity =
  | { readonly kind: 'encrypted'; readonly attribute: CryptoAttribute }
  | { readonly kind: 'plain' }
  | { readonly kind: 'refused'; readonly reason: string };

/** A line of media as far as security goes. */
interface SecuredLine {
  /** `RTP/AVP`, `RTP/SAVP`… */
  readonly protocol: string;
  /** What its lines a=crypto say, in order. */
  readonly crypto: readonly string[];
}

interface OfferedLine {
  readonly tag: number;
  readonly suite: CryptoSuite;
  readonly master: MasterKey;
}

/**
 * In the order of our offers. The first is the one that every implementation has (RFC 4568 section 6.2.1) and
 * that peers take which read only the first line; who wants another finds it below, and offers its own order
 * when it is the one that calls. The short tags come last: they save six octets and are easier to guess.
 */
const OFFERED: readonly CryptoSuiteName[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'AES_CM_128_HMAC_SHA1_32',
  'AES_256_CM_HMAC_SHA1_32',
];

/** Profiles of audio in the clear and encrypted; feedback (F) is something a peer may send, not something it needs. */
const PLAIN_PROFILES = new Set(['RTP/AVP', 'RTP/AVPF']);
const SECURE_PROFILES = new Set(['RTP/SAVP', 'RTP/SAVPF']);

/**
 * Agrees on keys in the session descriptions of one call (RFC 4568, and RFC 8643 for best effort). Nothing
 * changes before both sides said what they send with, so that an offer that fails leaves the old keys in use.
 */
export class KeyAgreement {
  readonly #policy: MediaEncryption;
  /** Keys are written into session descriptions; on open signaling everybody on the way could read them. */
  readonly #isSignalingSecure: boolean;
  #offered: readonly OfferedLine[] = [];
  #current: AgreedKeys | undefined;

  constructor(options: { readonly policy: MediaEncryption; readonly isSignalingSecure: boolean }) {
    this.#policy = options.policy;
    this.#isSignalingSecure = options.isSignalingSecure;
  }

  /** None while packets go in the clear. */
  get current(): AgreedKeys | undefined {
    return this.#current;
  }

  /**
   * What our offer says. Best effort offers the plain profile with keys, which a peer without encryption just
   * does not read (RFC 8643 section 3). Keys in use are offered again, so that a call that is only put on hold
   * keeps them; `renewKeys` gives new ones. Throws MEDIA_NOT_ACCEPTABLE where encryption is a must and keys
   * cannot be sent.
   */
  offer({ renewKeys }: { readonly renewKeys: boolean }): {
    readonly protocol: string;
    readonly crypto: readonly OwnCrypto[];
  } {
    if (this.#policy === 'mandatory' && !this.#isSignalingSecure) throw notAcceptable(OPEN_SIGNALING);
    if (this.#policy === 'none' || !this.#isSignalingSecure) {
      this.#offered = [];
      return { protocol: 'RTP/AVP', crypto: [] };
    }
    const current = renewKeys ? undefined : this.#current;
    const rest = OFFERED.map((name) => CRYPTO_SUITES[name]).filter((suite) => suite !== current?.suite);
    const first = current === undefined ? [] : [{ suite: current.suite, master: current.own }];
    const lines = [...first, ...rest.map((suite) => ({ suite, master: randomMasterKey(suite) }))];
    this.#offered = lines.map((line, index) => ({ tag: index + 1, ...line }));
    return {
      protocol: this.#policy === 'mandatory' ? 'RTP/SAVP' : 'RTP/AVP',
      crypto: this.#offered.map(({ tag, suite, master }) => ({
        id: tag,
        suite: suite.name,
        config: formatKeys(master),
      })),
    };
  }

  /** What may become of a line that the peer offers. */
  judgeOffer({ protocol, crypto }: SecuredLine): LineSecurity {
    const isSecureProfile = SECURE_PROFILES.has(protocol);
    if (!isSecureProfile && !PLAIN_PROFILES.has(protocol)) return refused(otherProfile(protocol));
    const mayEncrypt = this.#policy !== 'none' && this.#isSignalingSecure;
    if (!mayEncrypt && isSecureProfile) return refused(this.#whyNotEncrypted(protocol));
    const refusals: string[] = [];
    for (const value of mayEncrypt ? crypto : []) {
      const parsed = parseCrypto(value);
      if ('attribute' in parsed) return { kind: 'encrypted', attribute: parsed.attribute };
      refusals.push(parsed.refusal);
    }
    if (!isSecureProfile && this.#policy !== 'mandatory') return { kind: 'plain' };
    if (this.#policy === 'mandatory' && !this.#isSignalingSecure) return refused(OPEN_SIGNALING);
    return refused(noUsableKey({ protocol, refusals }));
  }

  /**
   * Takes a line of an offer; gives the line of our answer, none for plain. A peer that moved or changed its
   * keys gets a new one of ours: whatever now decrypts our packets cannot know how often their numbers began
   * anew (RFC 3711 section 3.3.1).
   */
  answer(
    line: Exclude<LineSecurity, { readonly kind: 'refused' }>,
    { hasMoved }: { readonly hasMoved: boolean },
  ): OwnCrypto | undefined {
    if (line.kind === 'plain') {
      this.#current = undefined;
      return undefined;
    }
    const { tag, suite, spelling, masters } = line.attribute;
    const current = this.#current;
    const isSame = current?.suite === suite && haveSameKeys(current.peers, masters) && !hasMoved;
    const own = isSame ? current.own : randomMasterKey(suite);
    this.#current = { suite, own, peers: masters };
    return { id: tag, suite: spelling, config: formatKeys(own) };
  }

  /** What the peer's answer comes to, without following it. */
  judgeAnswer({ protocol, crypto }: SecuredLine): LineSecurity {
    const isSecureProfile = SECURE_PROFILES.has(protocol);
    if (!isSecureProfile && !PLAIN_PROFILES.has(protocol)) return refused(otherProfile(protocol));
    const refusals: string[] = [];
    for (const value of this.#offered.length === 0 ? [] : crypto) {
      const parsed = parseCrypto(value);
      if ('refusal' in parsed) refusals.push(parsed.refusal);
      else if (this.#offeredFor(parsed.attribute) === undefined) refusals.push('its suite was not offered');
      else return { kind: 'encrypted', attribute: parsed.attribute };
    }
    // An answer with keys that cannot be used means a peer that encrypts: in the clear nobody would hear anything.
    if (isSecureProfile || this.#policy === 'mandatory' || refusals.length > 0) {
      return refused(noUsableKey({ protocol, refusals }));
    }
    return { kind: 'plain' };
  }

  /** Follows an answer that was judged. */
  follow(line: Exclude<LineSecurity, { readonly kind: 'refused' }>): void {
    const offered = line.kind === 'plain' ? undefined : this.#offeredFor(line.attribute);
    this.#current =
      line.kind === 'plain' || offered === undefined
        ? undefined
        : { suite: offered.suite, own: offered.master, peers: line.attribute.masters };
  }

  /** The tag says which of our lines was taken; a PBX that numbers anew is understood by the suite. */
  #offeredFor({ tag, suite }: CryptoAttribute): OfferedLine | undefined {
    return (
      this.#offered.find((line) => line.tag === tag && line.suite === suite) ??
      this.#offered.find((line) => line.suite === suite)
    );
  }

  #whyNotEncrypted(protocol: string): string {
    return this.#policy === 'none'
      ? `The peer offers encrypted audio only (${protocol}); media encryption is off for this account.`
      : OPEN_SIGNALING;
  }
}

const OPEN_SIGNALING =
  'Keys for encrypted audio are not sent over open signaling, where they can be read on the way; use TLS.';

function noUsableKey({
  protocol,
  refusals,
}: {
  readonly protocol: string;
  readonly refusals: readonly string[];
}): string {
  if (refusals.length > 0) return `No offered key can be used: ${refusals.slice(0, 8).join('; ')}.`;
  return SECURE_PROFILES.has(protocol)
    ? `The peer speaks of encrypted audio (${protocol}) and gives no key in a line a=crypto.`
    : `The peer has plain audio only (${protocol}); this account must have it encrypted.`;
}

function otherProfile(protocol: string): string {
  return protocol.startsWith('UDP/TLS/')
    ? `The peer offers encrypted audio only (${protocol.slice(0, 40)}), with keys by DTLS; this device takes keys by SDES (RTP/SAVP).`
    : `The peer offers audio over ${protocol.slice(0, 40)}; this device takes RTP/AVP and RTP/SAVP.`;
}

function refused(reason: string): LineSecurity {
  return { kind: 'refused', reason };
}

function haveSameKeys(some: readonly MasterKey[], others: readonly MasterKey[]): boolean {
  return (
    some.length === others.length &&
    some.every((key, index) => {
      const other = others[index];
      return other !== undefined && isSameKey(key, other);
    })
  );
}

function notAcceptable(reason: string): SipsirenError {
  return new SipsirenError('MEDIA_NOT_ACCEPTABLE', reason);
}
