import type { RtpHeader } from './rtp-header.js';
import type { MediaAddress } from './session-description.js';

/** How long the negotiated address may be silent before packets from elsewhere are considered, in milliseconds. */
const GRACE = 500;
/** After this long, in milliseconds, a call whose audio never came does not get any from elsewhere either. */
const LATCH_WINDOW = 10_000;

/** Whether packets come from the negotiated address, from behind a translator, or not yet. */
type SourceState =
  /** Nothing came yet; since when, by the clock, we listen. */
  | { readonly name: 'open'; readonly since: number; readonly candidate: Candidate | undefined }
  /** The negotiated address sends. */
  | { readonly name: 'confirmed' }
  /** The negotiated address never sent; this one does. */
  | { readonly name: 'latched'; readonly to: MediaAddress };

interface Candidate extends MediaAddress {
  readonly ssrc: number;
  readonly nextSequence: number;
}

/**
 * Decides whose packets belong to a call. What the session description names is always right. A peer behind
 * an address translator sends from an address that it cannot know: the first source that sends two packets in
 * sequence is taken for it, but only where the negotiated address has been silent from the beginning, only
 * soon after the call's start, and only from the host that the description or the signaling came from, or one
 * that the call's own rules name. The
 * choice is made once for each negotiated address and never again inside the stream, so nobody can take over
 * a call by shouting into its port ("RTP bleed").
 *
 *     open ──(negotiated address)──────────────► confirmed
 *      └──(500 ms, then two in sequence)─► latched ──(negotiated address)──► confirmed
 */
export class RemoteSource {
  #negotiated: MediaAddress | undefined;
  #signalingAddress: string | undefined;
  readonly #mayLatchTo: (address: string) => boolean;
  #state: SourceState = { name: 'open', since: Infinity, candidate: undefined };

  constructor(signalingAddress?: string, mayLatchTo: (address: string) => boolean = () => false) {
    this.#signalingAddress = signalingAddress;
    this.#mayLatchTo = mayLatchTo;
  }

  /** Where signaling turned out to come from, for a peer that was known by its name only. */
  setSignalingAddress(address: string): void {
    this.#signalingAddress = address;
  }

  /** What a description said; the same address as before changes nothing. */
  negotiate(address: MediaAddress, now: number): void {
    if (this.#negotiated !== undefined && isSame(this.#negotiated, address)) return;
    this.#negotiated = address;
    this.#state = { name: 'open', since: now, candidate: undefined };
  }

  /** The call begins now: from here the peer has its time to send from where it said. */
  listen(now: number): void {
    if (this.#state.name === 'open') this.#state = { ...this.#state, since: now };
  }

  /** Where our packets go; none while the peer gave no address. */
  get destination(): MediaAddress | undefined {
    return this.#state.name === 'latched' ? this.#state.to : this.#negotiated;
  }

  get isLatched(): boolean {
    return this.#state.name === 'latched';
  }

  /** Whether a valid RTP packet from this address belongs to the call. */
  admits(header: RtpHeader, from: MediaAddress, now: number): boolean {
    const negotiated = this.#negotiated;
    if (negotiated === undefined) return false;
    if (from.port === negotiated.port && from.address === negotiated.address) {
      if (this.#state.name !== 'confirmed') this.#state = { name: 'confirmed' };
      return true;
    }
    if (this.#state.name === 'latched') return isSame(this.#state.to, from);
    return this.#state.name === 'open' && this.#considers(header, from, now);
  }

  /** Whether RTCP from this host belongs to the call; its port may differ, its content only fills statistics. */
  admitsReport(address: string): boolean {
    return this.destination?.address === address;
  }

  #considers(header: RtpHeader, from: MediaAddress, now: number): boolean {
    const state = this.#state;
    if (state.name !== 'open' || !this.#mayBePeer(from.address)) return false;
    if (now < state.since + GRACE || now > state.since + LATCH_WINDOW) return false;
    const { candidate } = state;
    const nextSequence = (header.sequence + 1) & 0xffff;
    if (
      candidate !== undefined &&
      isSame(candidate, from) &&
      candidate.ssrc === header.ssrc &&
      candidate.nextSequence === header.sequence
    ) {
      this.#state = { name: 'latched', to: { address: from.address, port: from.port } };
      return true;
    }
    const next = { address: from.address, port: from.port, ssrc: header.ssrc, nextSequence };
    this.#state = { ...state, candidate: next };
    return false;
  }

  #mayBePeer(address: string): boolean {
    const isNamed = address === this.#negotiated?.address || address === this.#signalingAddress;
    return isNamed || this.#mayLatchTo(address);
  }
}

function isSame(one: MediaAddress, other: MediaAddress): boolean {
  return one.port === other.port && one.address === other.address;
}
