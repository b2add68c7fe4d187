import { isIPv4 } from 'node:net';

/** Whether only programs of this machine can reach the address. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

/**
 * Whether a Host header names this machine. A page of a foreign name that resolves to 127.0.0.1 (DNS
 * rebinding) would otherwise be of the same origin as the device.
 */
export function namesLoopback(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return name === 'localhost' || isLoopback(name.replace(/^\[(.*)\]$/, '$1'));
}
