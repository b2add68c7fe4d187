import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { MediaAddress } from './session-description.js';

/** Whoever has a pair of ports gets what arrives on them. */
export interface PortOwner {
  onRtp(packet: Buffer, from: MediaAddress): void;
  onRtcp(packet: Buffer, from: MediaAddress): void;
}

/** In IPv6 sockets that also speak IPv4, an IPv4 address looks like this (RFC 4291 section 2.5.5.2). */
const MAPPED_PREFIX = '::ffff:';

/** Every destination is numeric; Node would look it up and send in a later tick. */
const lookup = (
  address: string,
  family: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void => callback(null, address, family === 6 ? 6 : 4);

/**
 * Two UDP sockets, RTP on an even port and RTCP on the next (RFC 3550 section 11). The sockets outlive the
 * calls that use them: each has one listener for good, which gives a packet to the present owner or, while the
 * ports rest, drops it.
 */
export class PortPair {
  readonly rtpPort: number;
  owner: PortOwner | undefined;
  /** Packets that came while nobody owned the pair. */
  strays = 0;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #log: Log;
  readonly #isMapped: boolean;

  /** Takes two ports; rejects with the system's error where one of them cannot be had. */
  static async bind(options: {
    readonly address: string;
    readonly port: number;
    readonly log: Log;
  }): Promise<PortPair> {
    const rtp = await bindSocket(options.address, options.port);
    try {
      return new PortPair(rtp, await bindSocket(options.address, options.port + 1), options.log);
    } catch (error) {
      rtp.close();
      throw error;
    }
  }

  private constructor(rtp: Socket, rtcp: Socket, log: Log) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#log = log;
    this.rtpPort = rtp.address().port;
    this.#isMapped = rtp.address().family === 'IPv6';
    rtp.on('message', (packet, from) => this.#deliver('onRtp', packet, from));
    rtcp.on('message', (packet, from) => this.#deliver('onRtcp', packet, from));
    for (const socket of [rtp, rtcp]) socket.on('error', this.#onError);
  }

  get rtcpPort(): number {
    return this.rtpPort + 1;
  }

  sendRtp(packet: Buffer, to: MediaAddress): void {
    this.#rtp.send(packet, to.port, this.#reach(to.address));
  }

  sendRtcp(packet: Buffer, to: MediaAddress): void {
    this.#rtcp.send(packet, to.port, this.#reach(to.address));
  }

  close(): void {
    this.owner = undefined;
    this.#rtp.close();
    this.#rtcp.close();
  }

  /** A bug in what listens must not end the process that other calls live in. */
  #deliver(to: 'onRtp' | 'onRtcp', packet: Buffer, from: RemoteInfo): void {
    if (this.owner === undefined) {
      this.strays++;
      return;
    }
    try {
      this.owner[to](packet, this.#isMapped ? unmapped(from) : from);
    } catch (failure) {
      this.#log.error('a received packet could not be handled', {
        port: this.rtpPort,
        error: messageOf(failure),
      });
    }
  }

  #reach(address: string): string {
    return this.#isMapped && !address.includes(':') ? MAPPED_PREFIX + address : address;
  }

  readonly #onError = (error: Error): void => {
    this.#log.debug('an RTP port reports an error', { port: this.rtpPort, error: error.message });
  };
}

async function bindSocket(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', lookup });
  const listening = once(socket, 'listening');
  socket.bind({ address, port, exclusive: true });
  try {
    await listening;
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function unmapped({ address, port }: RemoteInfo): MediaAddress {
  return { address: address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : address, port };
}
