import type { AudioDescription, MediaAddress } from './session-description.js';
import type { PortOwner, PortPair } from './port-pair.js';
import type { RemoteSource } from './remote-source.js';
import type { AgreedKeys } from './srtp/key-agreement.js';
import { SecureStream } from './srtp/secure-stream.js';

/** RTCP that shares the RTP port has these second octets (RFC 5761 section 4). */
const FIRST_RTCP_TYPE = 192;
const LAST_RTCP_TYPE = 223;

/** Who gets what arrives. */
export interface MediaTransportUser {
  onRtp(packet: Buffer, from: MediaAddress): void;
  onRtcp(packet: Buffer, from: MediaAddress): void;
}

/** Which packet goes through which port and where to, RTP and RTCP, apart or on one port; and what protects it. */
export class MediaTransport implements PortOwner {
  /** Packets that were neither. */
  ignored = 0;
  readonly security = new SecureStream();
  readonly #ports: PortPair;
  readonly #source: RemoteSource;
  readonly #user: MediaTransportUser;
  #remote: AudioDescription | undefined;
  #isMuxed = false;
  /** Where RTCP of a peer behind a translator comes from. */
  #learnedRtcp: MediaAddress | undefined;

  constructor(ports: PortPair, source: RemoteSource, user: MediaTransportUser) {
    this.#ports = ports;
    this.#source = source;
    this.#user = user;
    ports.owner = this;
  }

  get rtpPort(): number {
    return this.#ports.rtpPort;
  }

  get rtcpPort(): number {
    return this.#ports.rtcpPort;
  }

  /** Follows what was negotiated. */
  configure(
    remote: AudioDescription,
    { isMuxed, keys }: { readonly isMuxed: boolean; readonly keys: AgreedKeys | undefined },
  ): void {
    this.#remote = remote;
    this.#isMuxed = isMuxed;
    this.security.follow(keys);
  }

  /** Sends RTP to the peer; without an address of it there is nobody to send to. */
  readonly sendRtp = (packet: Buffer): void => {
    const destination = this.#source.destination;
    if (destination === undefined) return;
    const secured = this.security.protectRtp(packet);
    if (secured !== undefined) this.#ports.sendRtp(secured, destination);
  };

  sendRtcp(plain: Buffer | undefined): void {
    const ports = this.#ports;
    const remote = this.#remote;
    const destination = this.#source.destination;
    if (plain === undefined || !remote?.rtcpWanted || destination === undefined) return;
    const packet = this.security.protectRtcp(plain);
    if (packet === undefined) return;
    if (this.#isMuxed) ports.sendRtp(packet, destination);
    else if (!this.#source.isLatched) ports.sendRtcp(packet, remote.rtcp);
    else
      ports.sendRtcp(packet, this.#learnedRtcp ?? { ...destination, port: (destination.port + 1) & 0xffff });
  }

  /** Called by the ports. */
  onRtp(packet: Buffer, from: MediaAddress): void {
    const type = packet[1] ?? 0;
    if (type < FIRST_RTCP_TYPE || type > LAST_RTCP_TYPE) {
      const plain = this.security.openRtp(packet);
      if (plain !== undefined) this.#user.onRtp(plain, from);
    } else if (this.#isMuxed) this.onRtcp(packet, from);
    else this.ignored++;
  }

  /** Called by the ports. */
  onRtcp(packet: Buffer, from: MediaAddress): void {
    if (!this.#source.admitsReport(from.address)) {
      this.ignored++;
      return;
    }
    const plain = this.security.openRtcp(packet);
    if (plain !== undefined) this.#user.onRtcp(plain, from);
  }

  /** RTCP that proved valid came from there. */
  learnRtcp(from: MediaAddress): void {
    if (this.#source.isLatched) this.#learnedRtcp = { address: from.address, port: from.port };
  }
}
