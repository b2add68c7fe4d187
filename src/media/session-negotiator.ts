import { SipsirenError } from '../base/errors.js';
import type { AudioDirection } from './audio-direction.js';
import { commonDirection } from './audio-direction.js';
import type { AudioCodecName } from './codecs/audio-codec.js';
import { AUDIO_CODECS } from './codecs/index.js';
import {
  DescriptionWriter,
  type OwnAudio,
  type OwnFormat,
  type OwnLine,
  type RefusedLine,
} from './description-writer.js';
import type { MediaOfferOptions, MediaSessionOptions } from './media-session-options.js';
import {
  acceptAnswer,
  acceptOffer,
  codecOf,
  isTelephoneEvent,
  isUnspecified,
  type AudioCapabilities,
  type NegotiatedAudio,
} from './negotiation.js';
import { FRAME_MILLISECONDS } from './pacer.js';
import { PayloadNumbers } from './payload-numbers.js';
import type { ExpectedPayload } from './rtp-receiver.js';
import { parseSessionDescription, type MediaAddress, type MediaLine } from './session-description.js';
import { KeyAgreement, type AgreedKeys } from './srtp/key-agreement.js';

const DEFAULT_DTMF_PAYLOAD_TYPE = 101;
/** Every phone that knows telephone events knows them by this clock. */
const KEY_CLOCK_RATE = 8_000;
/** The keys 0 to 15 of RFC 4733 section 3.2. */
const DTMF_EVENTS = '0-15';

/** Where our audio stands among the lines of the session, which keep their number and order (RFC 3264 section 8). */
interface Layout {
  readonly index: number;
  readonly protocol: string;
  readonly rtcpMux: boolean;
  /** Every line, the one at `index` ours. */
  readonly lines: readonly RefusedLine[];
}

/** What an exchange of descriptions came to. */
export interface Agreement {
  readonly audio: NegotiatedAudio;
  readonly rtcpMux: boolean;
  /** What packets are protected with; none in the clear. */
  readonly keys: AgreedKeys | undefined;
  /** What the peer may send, by payload type. */
  readonly expected: ReadonlyMap<number, ExpectedPayload>;
}

export interface SessionNegotiatorOptions extends Pick<
  MediaSessionOptions,
  'advertisedAddress' | 'codecs' | 'dtmfPayloadType' | 'direction' | 'encryption' | 'isSignalingSecure'
> {
  readonly families: readonly (4 | 6)[];
  readonly ports: { readonly rtpPort: number; readonly rtcpPort: number };
}

/** Writes and reads the descriptions of one session, from the first offer to the last (RFC 3264). */
export class SessionNegotiator {
  readonly #options: SessionNegotiatorOptions;
  readonly #codecs: readonly AudioCodecName[];
  readonly #writer: DescriptionWriter;
  readonly #numbers = new PayloadNumbers();
  readonly #keys: KeyAgreement;
  /** What both sides have agreed on last. */
  #layout: Layout | undefined;
  /** What our open offer said. */
  #offered: readonly OwnFormat[] = [];
  #packetTime = FRAME_MILLISECONDS;
  /** Where the peer wanted its packets last. */
  #remote: MediaAddress | undefined;
  #isHeld = false;
  /** Whether our open offer holds the call; it counts once the peer has agreed. */
  #wouldHold = false;

  constructor(options: SessionNegotiatorOptions) {
    this.#options = options;
    this.#codecs = usableCodecs(options.codecs);
    this.#writer = new DescriptionWriter(options.advertisedAddress);
    this.#keys = new KeyAgreement({
      policy: options.encryption ?? 'none',
      isSignalingSecure: options.isSignalingSecure ?? false,
    });
  }

  /** True while we hold the call. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * A description that offers all our codecs; inside a call it keeps the lines of the session, and the keys
   * unless it shall renew them. Throws MEDIA_NOT_ACCEPTABLE where encryption is a must and signaling is open.
   */
  createOffer({ hold = this.#isHeld, renewKeys = false }: MediaOfferOptions): string {
    const layout = this.#layout;
    const { protocol, crypto } = this.#keys.offer({ renewKeys });
    this.#wouldHold = hold;
    this.#offered = this.#ownFormats();
    const audio = this.#describe({
      protocol: layout?.protocol ?? protocol,
      crypto,
      rtcpMux: layout?.rtcpMux ?? false,
      direction: this.#direction(hold),
      packetTime: this.#packetTime,
      formats: this.#offered,
    });
    return this.#writer.write(placeAudio(layout, audio));
  }

  /**
   * Answers an offer, the first or a later one. Without an agreement the peer turned its audio off. Throws
   * MEDIA_NOT_ACCEPTABLE or MEDIA_SYNTAX with the reason for people; then everything stays as it was.
   */
  answer(offer: string): { readonly sdp: string; readonly agreement?: Agreement } {
    const { media } = parseSessionDescription(offer);
    const accepted = acceptOffer({ media }, this.#capabilities(this.#isHeld));
    if (accepted === undefined) return { sdp: this.#answerWithoutAudio(media) };
    const { audio, index, protocol, security } = accepted;
    const { rtcpMux, formats } = audio.remote;
    this.#layout = { index, protocol, rtcpMux, lines: media.map(refusedLine) };
    this.#packetTime = audio.packetTime;
    this.#numbers.learn(formats);
    const crypto = this.#keys.answer(security, { hasMoved: this.#hasMoved(audio.remote.rtp) });
    const own = this.#describe({
      protocol,
      crypto: crypto === undefined ? [] : [crypto],
      rtcpMux,
      direction: audio.direction,
      packetTime: audio.packetTime,
      formats: answerFormats(audio),
    });
    const expected = new Map<number, ExpectedPayload>();
    this.#expectFormats(expected, formats);
    // Some send a static codec under its own number whatever number they gave it.
    this.#expectFormats(expected, [audio.codec]);
    return {
      sdp: this.#writer.write(placeAudio(this.#layout, own)),
      agreement: { audio, rtcpMux, keys: this.#keys.current, expected },
    };
  }

  /** Reads the answer to our offer. Throws as `answer`. */
  applyAnswer(answer: string): Agreement {
    const description = parseSessionDescription(answer);
    const index = this.#layout?.index ?? 0;
    const { audio, security } = acceptAnswer(description, {
      index,
      ours: this.#capabilities(this.#wouldHold),
    });
    this.#keys.follow(security);
    this.#hasMoved(audio.remote.rtp);
    const {
      protocol = description.media[index]?.protocol ?? 'RTP/AVP',
      rtcpMux: isMuxOffered = false,
      lines = description.media.map(refusedLine),
    } = this.#layout ?? {};
    const rtcpMux = isMuxOffered && audio.remote.rtcpMux;
    this.#layout = { index, protocol, lines, rtcpMux };
    this.#packetTime = audio.packetTime;
    this.#isHeld = this.#wouldHold;
    const expected = new Map<number, ExpectedPayload>();
    // The peer sends under our numbers (RFC 3264 section 6.1); some send under their own.
    this.#expectFormats(expected, this.#offered);
    this.#expectFormats(expected, audio.remote.formats);
    return { audio, rtcpMux, keys: this.#keys.current, expected };
  }

  /** Whether the peer wants its packets elsewhere than so far; an address to hold a call is none. */
  #hasMoved({ address, port }: MediaAddress): boolean {
    if (isUnspecified(address)) return false;
    const former = this.#remote;
    this.#remote = { address, port };
    return former !== undefined && (former.address !== address || former.port !== port);
  }

  #capabilities(hold: boolean): AudioCapabilities {
    const { families } = this.#options;
    return { codecs: this.#codecs, families, direction: this.#direction(hold), security: this.#keys };
  }

  /** What the device is set to, without hearing the peer while we hold it (RFC 3264 section 8.4). */
  #direction(hold: boolean): AudioDirection {
    const { direction = 'sendrecv' } = this.#options;
    return hold ? commonDirection(direction, 'recvonly') : direction;
  }

  /** The peer turned its audio off (port 0): nothing flows until it offers some again. */
  #answerWithoutAudio(media: readonly MediaLine[]): string {
    if (this.#layout === undefined) {
      throw new SipsirenError(
        'MEDIA_NOT_ACCEPTABLE',
        'The peer offers its audio with port 0, which means none.',
      );
    }
    const lines = media.map(refusedLine);
    this.#layout = { ...this.#layout, lines };
    return this.#writer.write(lines);
  }

  /** Our codecs in their order, then telephone events by the clock of each. */
  #ownFormats(): OwnFormat[] {
    const { dtmfPayloadType = DEFAULT_DTMF_PAYLOAD_TYPE } = this.#options;
    const audio = this.#codecs.map((name) => AUDIO_CODECS[name].offered);
    const rates = new Set([KEY_CLOCK_RATE, ...audio.map(({ clockRate }) => clockRate)]);
    // The number of the settings is taken first, so that no codec gets it.
    const keys = Array.from(rates, (clockRate) => this.#number(keyFormat(clockRate, dtmfPayloadType)));
    return [...audio.map((codec) => this.#number(codec)), ...keys];
  }

  #number({ name, clockRate, channels, payloadType, parameters }: OwnFormat): OwnFormat {
    const number = this.#numbers.numberOf({ name, clockRate, channels, payloadType });
    return { name, clockRate, channels, parameters, payloadType: number };
  }

  /** The first meaning of a number stays. */
  #expectFormats(expected: Map<number, ExpectedPayload>, formats: readonly OwnFormat[]): void {
    for (const format of formats) {
      const named = { ...format, name: format.name.toUpperCase() };
      const codec = codecOf(named, this.#codecs);
      if (expected.has(format.payloadType)) continue;
      if (codec !== undefined) expected.set(format.payloadType, { kind: 'audio', codec });
      else if (isTelephoneEvent(named)) {
        expected.set(format.payloadType, { kind: 'keys', clockRate: format.clockRate });
      }
    }
  }

  #describe(audio: Omit<OwnAudio, 'kind' | 'port' | 'rtcpPort'>): OwnAudio {
    const { rtpPort, rtcpPort } = this.#options.ports;
    return { kind: 'audio', port: rtpPort, rtcpPort, ...audio };
  }
}

/** Codecs that this machine has; where it has none of those that are set, an alarm goes by what every phone has. */
function usableCodecs(codecs: readonly AudioCodecName[]): readonly AudioCodecName[] {
  const usable = codecs.filter((name) => AUDIO_CODECS[name].isAvailable);
  return usable.length > 0 ? usable : ['PCMU', 'PCMA'];
}

function keyFormat(clockRate: number, payloadType: number): OwnFormat {
  return { name: 'telephone-event', clockRate, channels: 1, payloadType, parameters: DTMF_EVENTS };
}

/** An answer names the codec that is used and the keys beside it, under the numbers of the offer. */
function answerFormats({ codec, payloadType, keys }: NegotiatedAudio): OwnFormat[] {
  const { name, clockRate, channels, parameters } = codec;
  const audio = { name, clockRate, channels, payloadType, parameters };
  return keys === undefined ? [audio] : [audio, keyFormat(keys.clockRate, keys.payloadType)];
}

function refusedLine({ type, protocol, formats }: MediaLine): RefusedLine {
  return { kind: 'refused', type, protocol, formats };
}

function placeAudio(layout: Layout | undefined, audio: OwnAudio): OwnLine[] {
  if (layout === undefined) return [audio];
  return layout.lines.map((line, index) => (index === layout.index ? audio : line));
}
