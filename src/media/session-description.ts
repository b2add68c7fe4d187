import { SocketAddress, isIP } from 'node:net';

import { parse } from 'sdp-transform';

import { SipsirenError } from '../base/errors.js';
import type { AudioDirection } from './audio-direction.js';

/** The largest description that is looked at, in characters: far beyond any real one, small beside a UDP packet. */
const LONGEST_DESCRIPTION = 65_536;
/** More lines of media than this is no phone call. */
const MOST_MEDIA_LINES = 32;
/** More keys than this to choose from is no phone call. */
const MOST_CRYPTO_LINES = 32;
/** Payload types are numbers of 7 bits. */
const MOST_FORMATS = 128;

/** One format of an audio line: `8 PCMA/8000`. */
export interface AudioFormat {
  readonly payloadType: number;
  /** In capitals: encoding names are compared without regard to case (RFC 4855 section 3). */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  /** What a=fmtp says of it; empty where it says nothing. */
  readonly parameters: string;
}

/** Where a peer wants its packets. */
export interface MediaAddress {
  readonly address: string;
  readonly port: number;
}

/** What a peer wrote about one line of audio. */
export interface AudioDescription {
  readonly rtp: MediaAddress;
  /** From a=rtcp (RFC 3605), else the next higher port. */
  readonly rtcp: MediaAddress;
  /** RTCP on the RTP port (RFC 5761). */
  readonly rtcpMux: boolean;
  /** False when b=RS:0 and b=RR:0 turn RTCP off (RFC 3556 section 2). */
  readonly rtcpWanted: boolean;
  readonly direction: AudioDirection;
  /** The milliseconds of audio the peer would like in a packet, from a=ptime and a=maxptime. */
  readonly packetTime: number | undefined;
  /** In the order of the line, which is the peer's preference. */
  readonly formats: readonly AudioFormat[];
}

/** One m= line. The text of its formats is kept as it came, for an answer that refuses it. */
export interface MediaLine {
  readonly type: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: string;
  /** What its lines a=crypto say (RFC 4568), as it came. */
  readonly crypto: readonly string[];
  /** Reads what belongs to this line as audio; throws MEDIA_SYNTAX. Only called for a line that may be accepted. */
  readAudio(): AudioDescription;
}

export interface SessionDescription {
  readonly media: readonly MediaLine[];
}

/** What sdp-transform really gives: it never throws, and leaves out whatever it did not understand. */
interface ParsedSection {
  readonly connection?: { readonly version?: unknown; readonly ip?: unknown };
  readonly direction?: AudioDirection;
  readonly bandwidth?: readonly { readonly type?: unknown; readonly limit?: unknown }[];
  readonly rtcp?: { readonly port?: unknown; readonly address?: unknown };
  readonly rtcpMux?: unknown;
  readonly ptime?: unknown;
  readonly maxptime?: unknown;
  readonly rtp?: readonly {
    readonly payload?: unknown;
    readonly codec?: unknown;
    readonly rate?: unknown;
    readonly encoding?: unknown;
  }[];
  readonly fmtp?: readonly { readonly payload?: unknown; readonly config?: unknown }[];
}

interface ParsedSession extends ParsedSection {
  readonly version?: unknown;
  readonly media: readonly ParsedSection[];
}

/** Reads a session description (RFC 8866). Throws MEDIA_SYNTAX for what is none. */
export function parseSessionDescription(text: string): SessionDescription {
  if (text.length > LONGEST_DESCRIPTION) throw malformed('it is longer than 65536 characters');
  const session = parse(text) as ParsedSession;
  if (session.version !== 0) throw malformed('it does not begin with v=0');
  const lines = rawSectionsOf(text);
  if (lines.length > MOST_MEDIA_LINES) throw malformed(`it has more than ${MOST_MEDIA_LINES} media lines`);
  if (lines.length !== session.media.length) throw malformed('its lines cannot be told apart');
  return {
    media: lines.flatMap((raw, index) => {
      const section = session.media[index];
      return section === undefined ? [] : [readLine(raw, session, section)];
    }),
  };
}

/**
 * Lines of a section as they came. The parser cuts off what it does not know in them: of m= a number of ports,
 * of a=crypto every session parameter but the first, which could say that nothing is encrypted.
 */
interface RawSection {
  readonly line: string;
  readonly crypto: string[];
}

const CRYPTO = 'a=crypto:';

function rawSectionsOf(text: string): RawSection[] {
  const sections: RawSection[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.startsWith('m=')) sections.push({ line: line.slice(2), crypto: [] });
    else if (line.startsWith(CRYPTO)) {
      const crypto = sections.at(-1)?.crypto;
      if (crypto !== undefined && crypto.length < MOST_CRYPTO_LINES) crypto.push(line.slice(CRYPTO.length));
    }
  }
  return sections;
}

function readLine({ line, crypto }: RawSection, session: ParsedSession, section: ParsedSection): MediaLine {
  const [type, ports, protocol, ...formats] = line.trim().split(/ +/);
  const port = wholeNumber(ports?.split('/', 1)[0], 65_535);
  if (!type || port === undefined || !protocol) throw malformed(`m=${line.slice(0, 80)} is no media line`);
  return {
    type: type.toLowerCase(),
    port,
    protocol,
    formats: formats.join(' '),
    crypto,
    readAudio: () => readAudio({ port, formats, session, section }),
  };
}

interface AudioInput {
  readonly port: number;
  readonly formats: readonly string[];
  readonly session: ParsedSession;
  readonly section: ParsedSection;
}

function readAudio({ port, formats, session, section }: AudioInput): AudioDescription {
  const address = readAddress((section.connection ?? session.connection)?.ip);
  return {
    rtp: { address, port },
    rtcp: readRtcp(section, { address, port }),
    rtcpMux: section.rtcpMux !== undefined,
    rtcpWanted: !(isZeroBandwidth('RS', section, session) && isZeroBandwidth('RR', section, session)),
    direction: section.direction ?? session.direction ?? 'sendrecv',
    packetTime: readPacketTime(section, session),
    formats: readFormats(formats, section),
  };
}

/** A numeric address in its shortest form, so that it can be compared with where packets come from. */
function readAddress(value: unknown): string {
  if (typeof value !== 'string') throw malformed('a line c= with an address is missing for its audio');
  const version = isIP(value);
  if (version === 0) {
    throw new SipsirenError('MEDIA_NOT_ACCEPTABLE', `Audio cannot be sent to "${value.slice(0, 80)}".`, {
      path: 'c=',
      accepted: 'a numeric IPv4 or IPv6 unicast address',
    });
  }
  if (version === 4) return value;
  const shortest = new SocketAddress({ address: value, family: 'ipv6' }).address;
  return shortest.startsWith('::ffff:') && shortest.includes('.') ? shortest.slice(7) : shortest;
}

function readRtcp(section: ParsedSection, rtp: MediaAddress): MediaAddress {
  const next = Math.min(rtp.port + 1, 65_535);
  const port = section.rtcp === undefined ? next : wholeNumber(section.rtcp.port, 65_535);
  const address = section.rtcp?.address === undefined ? rtp.address : readAddress(section.rtcp.address);
  return { address, port: port === undefined || port === 0 ? next : port };
}

function isZeroBandwidth(type: string, section: ParsedSection, session: ParsedSession): boolean {
  const limits = [...(section.bandwidth ?? []), ...(session.bandwidth ?? [])];
  return limits.find((limit) => limit.type === type)?.limit === 0;
}

function readPacketTime(section: ParsedSection, session: ParsedSession): number | undefined {
  const wanted = wholeNumber(section.ptime ?? session.ptime, 10_000);
  const longest = wholeNumber(section.maxptime ?? session.maxptime, 10_000);
  if (wanted === undefined) return longest !== undefined && longest < 20 ? longest : undefined;
  return longest === undefined ? wanted : Math.min(wanted, longest);
}

/** What stands for a payload type that no a=rtpmap explains (RFC 3551 section 6). */
const STATIC_FORMATS: Readonly<Record<number, Omit<AudioFormat, 'payloadType' | 'parameters'>>> = {
  0: { name: 'PCMU', clockRate: 8_000, channels: 1 },
  8: { name: 'PCMA', clockRate: 8_000, channels: 1 },
  9: { name: 'G722', clockRate: 8_000, channels: 1 },
  10: { name: 'L16', clockRate: 44_100, channels: 2 },
  11: { name: 'L16', clockRate: 44_100, channels: 1 },
};

function readFormats(formats: readonly string[], section: ParsedSection): AudioFormat[] {
  const result: AudioFormat[] = [];
  for (const text of formats.slice(0, MOST_FORMATS)) {
    const payloadType = wholeNumber(text, 127);
    if (payloadType === undefined) continue;
    const map = section.rtp?.find((entry) => entry.payload === payloadType);
    const format =
      map === undefined
        ? STATIC_FORMATS[payloadType]
        : {
            name: String(map.codec).toUpperCase(),
            clockRate: wholeNumber(map.rate, 1_000_000) ?? 8_000,
            channels: wholeNumber(map.encoding, 255) ?? 1,
          };
    if (format === undefined) continue;
    const parameters = section.fmtp?.find((entry) => entry.payload === payloadType)?.config;
    result.push({
      ...format,
      payloadType,
      parameters: typeof parameters === 'string' ? parameters : '',
    });
  }
  return result;
}

function wholeNumber(value: unknown, largest: number): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value === '')) return undefined;
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 && number <= largest ? number : undefined;
}

function malformed(why: string): SipsirenError {
  return new SipsirenError('MEDIA_SYNTAX', `The session description cannot be read: ${why}.`);
}
