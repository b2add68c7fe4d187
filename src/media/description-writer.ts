import { isIPv6 } from 'node:net';

import { write, type MediaDescription, type SessionDescription } from 'sdp-transform';

import type { AudioDirection } from './audio-direction.js';
import { randomNumber } from './random-number.js';

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
  readonly formats: readonly { readonly payloadType: number; readonly name: string }[];
  readonly dtmfPayloadType: number | undefined;
}

/** A line that we do not take part in: it keeps its place with port 0 (RFC 3264 section 6). */
export interface RefusedLine {
  readonly kind: 'refused';
  readonly type: string;
  readonly protocol: string;
  readonly formats: string;
}

export type OwnLine = OwnAudio | RefusedLine;

/** The keys 0 to 15 of RFC 4733 section 3.2. */
const DTMF_EVENTS = '0-15';

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
  const formats = line.formats.map(({ payloadType, name }) => ({
    payload: payloadType,
    codec: name,
    rate: 8_000,
  }));
  const events = line.dtmfPayloadType;
  if (events !== undefined) formats.push({ payload: events, codec: 'telephone-event', rate: 8_000 });
  return {
    type: 'audio',
    port: line.port,
    protocol: line.protocol,
    payloads: formats.map(({ payload }) => payload).join(' '),
    rtp: formats,
    fmtp: events === undefined ? [] : [{ payload: events, config: DTMF_EVENTS }],
    ...(line.rtcpMux ? { rtcpMux: 'rtcp-mux' as const } : {}),
    ...(line.rtcpMux || line.rtcpPort === line.port + 1 ? {} : { rtcp: { port: line.rtcpPort } }),
    ptime: line.packetTime,
    direction: line.direction,
  };
}
