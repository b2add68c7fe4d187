import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

const MOST_DESTINATIONS = 10;

/** IPv4 by RFC 5771, IPv6 by RFC 4291 section 2.7. */
function isMulticast(address: string): boolean {
  if (isIPv4(address)) {
    const first = Number(address.split('.')[0]);
    return first >= 224 && first <= 239;
  }
  return isIPv6(address) && /^ff/i.test(address);
}

const destinationSchema = z.strictObject({
  address: z
    .string()
    .trim()
    .max(64)
    .refine(isMulticast, {
      error: 'is no multicast address',
      params: { accepted: '224.0.0.0 to 239.255.255.255, or an IPv6 address that begins with ff' },
    }),
  port: z.int().min(1_024).max(65_535),
  /** The lowest priority of an alarm, or of a caller who speaks, that goes here. */
  fromPriority: z.int().min(1).max(10).default(1),
});

export const multicastSettingsSchema = z
  .strictObject({
    /**
     * Groups that phones listen to. An alarm goes to those with the highest `fromPriority` that it reaches: so the
     * phones' own order of groups decides what they interrupt for it.
     */
    destinations: z
      .array(destinationSchema)
      .min(1, 'name at least one group that loudspeakers or phones listen to')
      .max(MOST_DESTINATIONS)
      .default([{ address: '239.255.0.1', port: 5_004, fromPriority: 1 }]),
    codec: z.enum(['PCMU', 'PCMA', 'G722']).default('PCMU'),
    /** The name of a network interface or one of its addresses; empty leaves it to the system. */
    interface: z
      .string()
      .trim()
      .max(64)
      .regex(/^[A-Za-z0-9_.:@-]*$/, 'a network interface such as eth0, or its address')
      .default(''),
    /** How many routers it may pass, and one more. */
    ttl: z.int().min(1).max(255).default(1),
    /** Per cent of full scale; 50 is 6 dB below 100. */
    volume: z.int().min(0).max(100).default(100),
  })
  .refine(({ destinations }) => new Set(destinations.map(({ address }) => isIPv4(address))).size < 2, {
    path: ['destinations'],
    message: 'mix IPv4 and IPv6; use an output for each',
  });

export type MulticastSettings = z.infer<typeof multicastSettingsSchema>;
export type MulticastDestination = z.infer<typeof destinationSchema>;
