import { createSocket } from 'node:dgram';
import type { Clock } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import { isIpv6, withoutZone } from './ip-address.js';
import { numericLookup } from './numeric-lookup.js';

/** Routes change when a cable is moved or a lease runs out; half a minute of the old one is no harm. */
const LIFETIME = seconds(30);
const MAX_ENTRIES = 1_000;

interface Entry {
  readonly address: string;
  readonly until: number;
}

/** Which of this machine's addresses a packet to a given target leaves from, as the system's routing table has it. */
export class LocalAddresses {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The local address towards a numeric target; the loopback of its family where no route leads there. */
  towards(target: string): string {
    const now = this.#clock.now();
    const known = this.#entries.get(target);
    if (known && known.until > now) return known.address;
    const address = routedAddress(target);
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#entries.set(target, { address, until: now + LIFETIME });
    return address;
  }
}

/** Connecting a datagram socket sends nothing, it only makes the system choose the source address. */
function routedAddress(target: string): string {
  const fallback = isIpv6(target) ? '::1' : '127.0.0.1';
  const socket = createSocket({ type: isIpv6(target) ? 'udp6' : 'udp4', lookup: numericLookup });
  let address = fallback;
  // A target without a route is reported twice: by this event, and by address() throwing.
  socket.on('error', () => (address = fallback));
  try {
    socket.connect(DISCARD_PORT, target);
    address = withoutZone(socket.address().address);
  } catch {
    address = fallback;
  } finally {
    socket.close();
  }
  return address;
}

/** Any port does; this one is the discard service's (RFC 863). */
const DISCARD_PORT = 9;
