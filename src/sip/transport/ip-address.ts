/** Whether a numeric address is of IPv6; only those have colons. */
export function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** Whether an address stands for "every address of this machine". */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Whether two numeric addresses are of the same family. */
export function isSameFamily(a: string, b: string): boolean {
  return isIpv6(a) === isIpv6(b);
}

/** An address without the interface that a link-local one carries (`fe80::1%eth0`), which means nothing to a peer. */
export function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}

/** Whether an address names one machine: neither unspecified, nor multicast, nor the local broadcast, nor 0/8. */
export function isUnicast(address: string): boolean {
  if (isIpv6(address)) return address !== '::' && !address.toLowerCase().startsWith('ff');
  const first = Number.parseInt(address, 10);
  return first > 0 && first < 224;
}

/** An address and port as people write it: `192.0.2.1:5060`, `[2001:db8::1]:5060`. */
export function formatAddress(address: string, port: number): string {
  return isIpv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
