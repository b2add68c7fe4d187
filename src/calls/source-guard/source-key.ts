import { blockKey, comparableAddress, type ComparableAddress } from '../access-list-address.js';

/** Whoever has one address of an IPv6 network has all of them (RFC 4291 section 2.5.4). */
const NETWORK_BITS = 64;
/** How many times as much a network may do as one address, since others may live in it. */
const NETWORK_WEIGHT = 10;

/** Who is judged: an address, or the network that it lies in, which may do so many times as much. */
export interface JudgedSource {
  /** As people write it: `192.0.2.7`, `2001:db8:0:0::/64`. */
  readonly key: string;
  readonly weight: number;
}

/** Whom an address stands for, the smaller one first: itself, and for IPv6 its network of 64 bits. */
export function judgedSources(address: string): readonly JudgedSource[] {
  if (!address.includes(':')) return [{ key: address, weight: 1 }];
  const comparable = comparableAddress(address);
  if (comparable === undefined) return [{ key: address, weight: 1 }];
  if (comparable.family === 4) return [{ key: ipv4Text(comparable), weight: 1 }];
  return [
    { key: withoutZone(address), weight: 1 },
    { key: networkText(comparable), weight: NETWORK_WEIGHT },
  ];
}

/** What shares one allowance: an IPv4 address, or an IPv6 network. */
export function sharingKey(address: string): string {
  if (!address.includes(':')) return address;
  return judgedSources(address).at(-1)?.key ?? address;
}

/** Whether an address is of this machine itself (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
export function isLoopback(address: ComparableAddress): boolean {
  return address.family === 4
    ? address.value >>> 24 === 127
    : address.words.every((word, index) => word === (index === 7 ? 1 : 0));
}

function ipv4Text({ value }: ComparableAddress & { readonly family: 4 }): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

function networkText(address: ComparableAddress): string {
  return `${String(blockKey(address, NETWORK_BITS))}:/${NETWORK_BITS}`;
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}
