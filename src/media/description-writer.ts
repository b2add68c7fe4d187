import { isIPv6 } from 'node:net';

import { write, type MediaDescription, type SessionDescription } from 'sdp-transform';

import type { AudioDirection } from './audio-direction.js';
import { randomNumber } from './random-number.js';
import type { OwnCrypto } from './srtp/key-agreement.js';

/** One line of audio as we describe it. */
export interface OwnAudio {
  readonly kind: 'audio';
  readonly protocol: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly rtcpMux: boolean;
  readonly direction: AudioDirection;
  readonly packetTime: number;
  /** In the order of preference. */
  readonly formats: readonly OwnFormat[];
  /** Our keys; none for audio in the clear. */
  readonly crypto: readonly OwnCrypto[];
}

/** One format of our audio, a codec or telephone events. */
export interface OwnFormat {
  readonly payloadType: number;
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  /** For a=fmtp; empty for none. */
  readonly parameters: string;
}

/** A line that we do not take part in: it keeps its place with port 0 (RFC 3264 section 6). */
export interface RefusedLine {
  readonly kind: 'refused';
  readonly type: string;
  readonly protocol: string;
  readonly formats: string;
}

export type OwnLine = OwnAudio | RefusedLine;

/** Writes the descriptions of one session; their version grows by one when something changed (RFC 3264 section 8). */
export class DescriptionWriter {
  readonly #address: string;
  readonly #sessionId = String(randomNumber());
  #version = 0;
  #last = '';

  constructor(address: string) {
    this.#address = address;
  }

  write(lines: readonly OwnLine[]): string {
    const media = lines.map(toMedia);
    const content = JSON.stringify(media);
    if (content !== this.#last) this.#version++;
    this.#last = content;
    return write(this.#session(media));
  }

  #session(media: MediaDescription[]): SessionDescription {
    const version = isIPv6(this.#address) ? 6 : 4;
    return {
      version: 0,
      origin: {
        username: '-',
        sessionId: this.#sessionId,
        sessionVersion: this.#version,
        netType: 'IN',
        ipVer: version,
        address: this.#address,
      },
      name: 'sipsiren',
      connection: { version, ip: this.#address },
      timing: { start: 0, stop: 0 },
      media,
    };
  }
}

function toMedia(line: OwnLine): MediaDescription {
  if (line.kind === 'refused') {
    const { type, protocol, formats } = line;
    return { type, port: 0, protocol, payloads: formats, rtp: [], fmtp: [] };
  }
  const { formats } = line;
  return {
    type: 'audio',
    port: line.port,
    protocol: line.protocol,
    payloads: formats.map(({ payloadType }) => payloadType).join(' '),
    rtp: formats.map(toMap),
    fmtp: formats
      .filter(({ parameters }) => parameters !== '')
      .map(({ payloadType, parameters }) => ({ payload: payloadType, config: parameters })),
    ...(line.rtcpMux ? { rtcpMux: 'rtcp-mux' as const } : {}),
    ...(line.rtcpMux || line.rtcpPort === line.port + 1 ? {} : { rtcp: { port: line.rtcpPort } }),
    ...(line.crypto.length === 0 ? {} : { crypto: [...line.crypto] }),
    ptime: line.packetTime,
    direction: line.direction,
  };
}

/** One channel goes without saying (RFC 8866 section 6.6). */
function toMap({ payloadType, name, clockRate, channels }: OwnFormat): MediaDescription['rtp'][number] {
  const map = { payload: payloadType, codec: name, rate: clockRate };
  return channels === 1 ? map : { ...map, encoding: channels };
}
