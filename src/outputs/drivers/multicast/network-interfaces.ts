import { networkInterfaces } from 'node:os';
import { SipsirenError } from '../../../base/errors.js';
import type { OutputChoice } from '../../output-kind.js';

/** Those that are up. The system leaves out what has no cable or no address. */
export function multicastInterfaces(): OutputChoice[] {
  return Object.entries(networkInterfaces()).map(([value, addresses = []]) => ({
    value,
    text: addresses.map(({ address }) => address).join(', '),
  }));
}

/**
 * What the socket is told for an interface, by its name or one of its addresses: an address of it for IPv4, its name
 * for IPv6. Throws OUTPUT_FAILED where it is gone or down.
 */
export function multicastInterface(wanted: string, family: 4 | 6): string {
  const name = `IPv${family}`;
  for (const [key, addresses = []] of Object.entries(networkInterfaces())) {
    const fitting = addresses.filter((one) => one.family === name);
    const chosen =
      fitting.find(({ address }) => address === wanted) ?? (key === wanted ? fitting[0] : undefined);
    if (chosen) return family === 4 ? chosen.address : `::%${key}`;
  }
  throw new SipsirenError(
    'OUTPUT_FAILED',
    `The network interface ${wanted} is gone, down or without an ${name} address.`,
  );
}
