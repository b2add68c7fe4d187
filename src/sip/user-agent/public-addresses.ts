import { isIP } from 'node:net';
import type { SipResponse } from '../message/index.js';
import type { SocketAddress, Target } from '../transport/flow.js';
import { isReliable } from '../transport/flow.js';
import { isSameFamily, isUnicast } from '../transport/ip-address.js';
import type { SipTransport } from '../transport/transport.js';

/** What is done with a public address that a server has shown. */
export type PublicAddressUse = {
  /** Whether our Contact names it, so that calls find us behind a router. Default true. */
  readonly contact?: boolean;
  /** Whether the sent-by of our Via names it. Responses find us in any case (RFC 3581). Default true. */
  readonly via?: boolean;
};

/** More servers than a device has; beyond it the oldest is forgotten. */
const MOST_SERVERS = 1_000;

/**
 * How servers see us: the address and port behind which a router hides ours, as the `received` and `rport` of
 * their responses tell (RFC 3581). Only who asks for it is believed (`learn`), and only for messages to itself.
 */
export class PublicAddresses {
  readonly #transport: SipTransport;
  #use: Required<PublicAddressUse> = { contact: true, via: true };
  readonly #byServer = new Map<string, SocketAddress>();

  constructor(transport: SipTransport, use: PublicAddressUse = {}) {
    this.#transport = transport;
    this.use(use);
  }

  /** Says anew what is done with what was learned. */
  use({ contact = true, via = true }: PublicAddressUse): void {
    this.#use = { contact, via };
  }

  /** What our Contact is to name towards this target, where that is not our own address. */
  forContact(target: Target): SocketAddress | undefined {
    return this.#use.contact ? this.#towards(target) : undefined;
  }

  /** What the sent-by of our Via is to name towards this target, where that is not our own address. */
  forVia(target: Target): SocketAddress | undefined {
    return this.#use.via ? this.#towards(target) : undefined;
  }

  /** Reads what a response of a server of ours says. */
  learn(response: SipResponse, target: Target): void {
    const seen = seenIn(response);
    if (!seen || !isSameFamily(seen.address, target.address)) return;
    const local = this.#transport.localAddressFor(target);
    // By a stream the port is that of the connection, and ours is known to be another.
    const isOwn = seen.address === local.address && (isReliable(target.protocol) || seen.port === local.port);
    if (isOwn) this.#byServer.delete(keyOf(target));
    else this.#remember(keyOf(target), seen);
  }

  #towards(target: Target): SocketAddress | undefined {
    return this.#byServer.size === 0 ? undefined : this.#byServer.get(keyOf(target));
  }

  #remember(key: string, seen: SocketAddress): void {
    this.#byServer.delete(key);
    if (this.#byServer.size >= MOST_SERVERS) {
      const oldest = this.#byServer.keys().next();
      if (!oldest.done) this.#byServer.delete(oldest.value);
    }
    this.#byServer.set(key, seen);
  }
}

/** Without `received`, the server saw the address that Via claims (RFC 3261 section 18.2.1). */
function seenIn(response: SipResponse): SocketAddress | undefined {
  const via = response.topVia;
  const address = via.received ?? via.host;
  const port = via.rport ?? via.port;
  if (isIP(address) === 0 || !isUnicast(address) || port === undefined || port < 1) return undefined;
  return { address, port };
}

/** Calls of a server may come from another port than the one that we send to. */
function keyOf({ protocol, address }: Target): string {
  return `${protocol} ${address}`;
}
