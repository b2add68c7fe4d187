import { isIP } from 'node:net';

import { SipsirenError } from '../base/errors.js';
import { commonDirection, type AudioDirection } from './audio-direction.js';
import type { AudioCodec, AudioCodecName } from './codecs/audio-codec.js';
import { AUDIO_CODECS } from './codecs/index.js';
import type { AudioDescription, AudioFormat, SessionDescription } from './session-description.js';
import type { KeyAgreement, LineSecurity } from './srtp/key-agreement.js';

/** What this side brings into a negotiation. */
export interface AudioCapabilities {
  /** In the order of our preference; decides the order of our offers and what an answer may choose from. */
  readonly codecs: readonly AudioCodecName[];
  /** What the device is set to; a hold by the peer narrows it for as long as it lasts. */
  readonly direction: AudioDirection;
  /** Whether the port that packets come and go through speaks IPv4, IPv6 or both. */
  readonly families: readonly (4 | 6)[];
  /** Says which lines may be encrypted, plain, or not at all. */
  readonly security: Pick<KeyAgreement, 'judgeOffer' | 'judgeAnswer'>;
}

/** How keys are sent: telephone events under a number, their durations by a clock (RFC 4733). */
export interface KeyFormat {
  readonly payloadType: number;
  readonly clockRate: number;
}

/** What both sides agreed on: RFC 3264 boiled down to what sending and receiving need. */
export interface NegotiatedAudio {
  readonly codec: AudioCodec;
  /** The number the peer gave to the codec; static ones keep theirs. */
  readonly payloadType: number;
  /** What the peer says of how it likes the codec (a=fmtp). */
  readonly parameters: string;
  /** Telephone events towards the peer, none where it takes none. */
  readonly keys: KeyFormat | undefined;
  /** Milliseconds of audio in each of our packets: one of the codec's. */
  readonly packetTime: number;
  /** Seen from us. */
  readonly direction: AudioDirection;
  /** The peer does not want to hear us: sendonly, inactive, or the address 0.0.0.0 of RFC 2543. */
  readonly isRemoteHold: boolean;
  readonly remote: AudioDescription;
}

/** What protects a line that was accepted. */
export type AcceptedSecurity = Exclude<LineSecurity, { readonly kind: 'refused' }>;

/** An offer's audio line that was accepted, and which of its lines it is. */
export interface AcceptedAudio {
  readonly index: number;
  readonly protocol: string;
  readonly audio: NegotiatedAudio;
  readonly security: AcceptedSecurity;
}

const DEFAULT_PACKET_TIME = 20;
const KEY_CLOCK_RATE = 8_000;

/**
 * Finds the line of an offer that we can be part of: the first encrypted one, since some peers offer the same
 * audio a second time in the clear, else the first. The offerer's order of codecs decides among those that both
 * sides have: it is the one whose call would otherwise need transcoding (RFC 3264 section 6.1). Undefined where the peer turned its audio off by port 0. Throws MEDIA_NOT_ACCEPTABLE with the reason why no
 * line will do, MEDIA_SYNTAX.
 */
export function acceptOffer(offer: SessionDescription, ours: AudioCapabilities): AcceptedAudio | undefined {
  const refusals: string[] = [];
  let isTurnedOff = false;
  let chosen: { readonly index: number; readonly security: AcceptedSecurity } | undefined;
  for (const [index, line] of offer.media.entries()) {
    if (line.type !== 'audio') continue;
    if (line.port === 0) {
      isTurnedOff = true;
      continue;
    }
    const security = ours.security.judgeOffer(line);
    if (security.kind === 'refused') refusals.push(security.reason);
    else if (chosen === undefined || (chosen.security.kind === 'plain' && security.kind === 'encrypted')) {
      chosen = { index, security };
    }
  }
  const line = chosen && offer.media[chosen.index];
  if (chosen !== undefined && line !== undefined) {
    return { ...chosen, protocol: line.protocol, audio: agree(line.readAudio(), ours) };
  }
  if (refusals.length > 0) throw notAcceptable(refusals.join(' '));
  if (isTurnedOff) return undefined;
  throw notAcceptable(
    offer.media.length === 0
      ? 'The peer offers no media at all.'
      : `The peer offers no audio, only ${offer.media.map(({ type }) => type).join(', ')}.`,
  );
}

/** Reads the line of an answer that stands where our audio stood in the offer. Throws as `acceptOffer`. */
export function acceptAnswer(
  answer: SessionDescription,
  { index, ours }: { readonly index: number; readonly ours: AudioCapabilities },
): Pick<AcceptedAudio, 'audio' | 'security'> {
  const line = answer.media[index];
  if (line?.type !== 'audio') throw notAcceptable('The answer has no audio where the offer had it.');
  if (line.port === 0) throw notAcceptable('The peer refuses our audio (port 0).');
  const security = ours.security.judgeAnswer(line);
  if (security.kind === 'refused') throw notAcceptable(security.reason);
  return { audio: agree(line.readAudio(), ours), security };
}

function agree(remote: AudioDescription, ours: AudioCapabilities): NegotiatedAudio {
  refuseUnreachable(remote.rtp.address, ours);
  refuseUnreachable(remote.rtcp.address, ours);
  const { codec, format } = chooseCodec(remote.formats, ours.codecs);
  const isBlackHole = isUnspecified(remote.rtp.address);
  return {
    codec,
    payloadType: format.payloadType,
    parameters: format.parameters,
    keys: chooseKeys(remote.formats, codec.clockRate),
    packetTime: packetTimeFrom(remote.packetTime, codec),
    direction: commonDirection(
      ours.direction,
      isBlackHole ? withoutHearing(remote.direction) : remote.direction,
    ),
    isRemoteHold: isBlackHole || remote.direction === 'sendonly' || remote.direction === 'inactive',
    remote,
  };
}

function chooseCodec(
  formats: readonly AudioFormat[],
  codecs: readonly AudioCodecName[],
): { codec: AudioCodec; format: AudioFormat } {
  for (const format of formats) {
    const codec = codecOf(format, codecs);
    if (codec !== undefined) return { codec, format };
  }
  const theirs = formats.filter((format) => !isTelephoneEvent(format)).map(({ name }) => name.slice(0, 20));
  throw notAcceptable(
    `No codec in common: the peer has ${theirs.slice(0, 8).join(', ') || 'none that is known here'}, ` +
      `this device has ${codecs.join(', ') || 'none selected'}.`,
  );
}

/** The codec among ours that a format names; undefined where it is none of them. */
export function codecOf(format: AudioFormat, codecs: readonly AudioCodecName[]): AudioCodec | undefined {
  const name = codecs.find((ours) => ours.toUpperCase() === format.name);
  return name && AUDIO_CODECS[name].find(format.clockRate, format.channels);
}

/** Telephone events by the clock of the audio beside them, else by that which every phone knows (RFC 4733 section 2.1). */
function chooseKeys(formats: readonly AudioFormat[], clockRate: number): KeyFormat | undefined {
  const events = formats.filter(isTelephoneEvent);
  return (
    events.find((event) => event.clockRate === clockRate) ??
    events.find((event) => event.clockRate === KEY_CLOCK_RATE) ??
    events[0]
  );
}

export function isTelephoneEvent({ name, clockRate }: AudioFormat): boolean {
  return name === 'TELEPHONE-EVENT' && clockRate > 0;
}

/** The longest that the codec has and that is no longer than the peer would like. */
function packetTimeFrom(wanted: number | undefined, { packetTimes }: AudioCodec): number {
  const longest = wanted === undefined || wanted === 0 ? DEFAULT_PACKET_TIME : wanted;
  return packetTimes.findLast((time) => time <= longest) ?? packetTimes[0] ?? DEFAULT_PACKET_TIME;
}

/** True for 0.0.0.0 and ::, by which RFC 2543 put a call on hold (RFC 3264 section 8.4). */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** What the peer's direction comes to when it gives no address at which it could hear. */
function withoutHearing(direction: AudioDirection): AudioDirection {
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive';
}

/** A stranger must not be able to make us send to a whole network. */
function refuseUnreachable(address: string, ours: AudioCapabilities): void {
  const first = Number(address.split('.', 1)[0]);
  const isGroup = first >= 224 || address.toLowerCase().startsWith('ff');
  if (isGroup) throw notAcceptable(`Audio is sent to single addresses only, not to ${address}.`);
  const family = isIP(address) === 6 ? 6 : 4;
  if (!ours.families.includes(family)) {
    throw notAcceptable(
      `The peer wants audio at ${address}, but this device has no IPv${family} port for it.`,
    );
  }
}

function notAcceptable(reason: string): SipsirenError {
  return new SipsirenError('MEDIA_NOT_ACCEPTABLE', reason);
}
