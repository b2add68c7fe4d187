import { isIPv6 } from 'node:net';

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

/**
 * Writes the descriptions of one session; their version grows by one when something changed (RFC 3264 section 8).
 * Ours are always the same few lines (RFC 8866 section 5), so they are written as such: a call waits for them.
 */
export class DescriptionWriter {
  /** What of the address stands in o= and c=. */
  readonly #network: string;
  readonly #sessionId = randomNumber();
  #version = 0;
  #last = '';

  constructor(address: string) {
    this.#network = `IN IP${isIPv6(address) ? 6 : 4} ${address}`;
  }

  write(lines: readonly OwnLine[]): string {
    let media = '';
    for (const line of lines) media += line.kind === 'refused' ? refusedLine(line) : audioLines(line);
    if (media !== this.#last) this.#version++;
    this.#last = media;
    return (
      `v=0\r\no=- ${this.#sessionId} ${this.#version} ${this.#network}\r\n` +
      `s=sipsiren\r\nc=${this.#network}\r\nt=0 0\r\n${media}`
    );
  }
}

function refusedLine({ type, protocol, formats }: RefusedLine): string {
  return `m=${type} 0 ${protocol} ${formats}\r\n`;
}

function audioLines(line: OwnAudio): string {
  const events = line.dtmfPayloadType;
  let payloads = '';
  let maps = '';
  for (const { payloadType, name } of line.formats) {
    payloads += ` ${payloadType}`;
    maps += `a=rtpmap:${payloadType} ${name}/8000\r\n`;
  }
  if (events !== undefined) {
    payloads += ` ${events}`;
    maps += `a=rtpmap:${events} telephone-event/8000\r\na=fmtp:${events} ${DTMF_EVENTS}\r\n`;
  }
  const ptime = `a=ptime:${line.packetTime}\r\n`;
  return `m=audio ${line.port} ${line.protocol}${payloads}\r\n${maps}${ptime}a=${line.direction}\r\n${rtcpLine(line)}`;
}

/** RFC 5761 on the same port, RFC 3605 where RTCP is not on the next one. */
function rtcpLine({ rtcpMux, port, rtcpPort }: OwnAudio): string {
  if (rtcpMux) return 'a=rtcp-mux\r\n';
  return rtcpPort === port + 1 ? '' : `a=rtcp:${rtcpPort}\r\n`;
}
