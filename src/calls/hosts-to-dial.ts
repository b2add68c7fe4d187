import { networkInterfaces } from 'node:os';
import type { Signaling } from './signaling.js';

type ListeningPoint = Signaling['listening'][number];

const DEFAULT_PORT = 5060;
const ANY_IPV4 = '0.0.0.0';
const ANY_IPV6 = '::';

/**
 * What stands right of the @ when calling us, best first: an address that others reach comes before loopback,
 * IPv4 before IPv6. A socket on every address is named by those that the machine has now.
 */
export function hostsToDial(
  listening: Signaling['listening'],
  interfaces: () => ReturnType<typeof networkInterfaces> = networkInterfaces,
): string[] {
  const points = listening.filter((point) => point.protocol === 'udp');
  const isAny = points.some(({ address }) => address === ANY_IPV4 || address === ANY_IPV6);
  const own = isAny ? Object.values(interfaces()).flatMap((list) => list ?? []) : [];
  const found = points.flatMap((point) =>
    addressesOf(point, own).map((address) => ({ address, port: point.port })),
  );
  found.sort((one, other) => rankOf(one.address) - rankOf(other.address));
  return [...new Set(found.map(hostText))];
}

function addressesOf(
  { address }: ListeningPoint,
  own: readonly { readonly family: string; readonly address: string }[],
): readonly string[] {
  if (address !== ANY_IPV4 && address !== ANY_IPV6) return [address];
  const family = address === ANY_IPV4 ? 'IPv4' : 'IPv6';
  // A link-local address means nothing without the name of an interface, which a SIP URI cannot carry.
  return own
    .filter((one) => one.family === family && !one.address.toLowerCase().startsWith('fe80:'))
    .map((one) => one.address);
}

function rankOf(address: string): number {
  const isLoopback = address.startsWith('127.') || address === '::1';
  return (isLoopback ? 2 : 0) + (address.includes(':') ? 1 : 0);
}

function hostText({ address, port }: { readonly address: string; readonly port: number }): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return port === DEFAULT_PORT ? host : `${host}:${port}`;
}
