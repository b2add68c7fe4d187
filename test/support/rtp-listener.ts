import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { AUDIO_CODECS } from '../../src/media/codecs/index.js';
import type { AudioCodecName } from '../../src/media/codecs/audio-codec.js';
import { RtpHeader } from '../../src/media/rtp-header.js';
import { AwaitedList } from './awaited-list.js';

export interface HeardPacket {
  /** `performance.now()`. */
  readonly at: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

/** A loudspeaker on loopback that listens to a multicast group and notes down each packet. */
export class RtpListener {
  readonly packets = new AwaitedList<HeardPacket>();
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => {
      const header = new RtpHeader();
      if (!header.read(packet)) return;
      const { marker, payloadType, sequence, timestamp, ssrc, payloadStart, payloadEnd } = header;
      const payload = Buffer.from(packet.subarray(payloadStart, payloadEnd));
      this.packets.add({
        ...{ at: performance.now(), marker, payloadType, sequence, timestamp, ssrc, payload },
      });
    });
  }

  static async open(group: string, port: number): Promise<RtpListener> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.bind(port, group);
    await once(socket, 'listening');
    socket.addMembership(group, '127.0.0.1');
    return new RtpListener(socket);
  }

  get ssrcs(): readonly number[] {
    return [...new Set(this.packets.all.map(({ ssrc }) => ssrc))];
  }

  /** So many packets, past or to come. */
  async heard(count: number): Promise<readonly HeardPacket[]> {
    await this.packets.until(`${count} packets`, () => (this.packets.all.length >= count ? true : undefined));
    return this.packets.all;
  }

  close(): void {
    this.#socket.close();
  }
}

/** The sound of packets, from -1 to 1. */
export function soundOf(packets: readonly HeardPacket[], name: AudioCodecName): Float64Array {
  const decoder = AUDIO_CODECS[name].offered.createDecoder();
  return Float64Array.from(
    packets.flatMap(({ payload }) => Array.from(decoder.decode(payload), (one) => one / 32_768)),
  );
}
