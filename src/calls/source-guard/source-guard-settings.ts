import { z } from 'zod';
import { addressBlock } from '../access-list-address.js';
import { CALL_LIMITS } from '../limits.js';

const ACCEPTED = 'an IP address such as 192.0.2.7 or 2001:db8::7, or a block of them such as 192.0.2.0/24';

/** An address, or a block of them. */
export const sourceAddressSchema = z
  .string()
  .trim()
  .max(64)
  .refine((text) => addressBlock(text) !== undefined, {
    error: 'is no IP address and no block of them',
    params: { accepted: ACCEPTED },
  });

/** A source that a person has blocked. */
export const blockedByHandSchema = z.strictObject({
  /** An address, or a block of them. */
  address: sourceAddressSchema,
  /** When it began, in milliseconds since the Unix epoch. */
  since: z.number().int().min(0),
  /** When it ends, in milliseconds since the Unix epoch; null for never. */
  until: z.number().int().min(0).nullable().default(null),
  /** Why, for people. */
  description: z.string().trim().max(256).default(''),
});

export type BlockedByHand = z.infer<typeof blockedByHandSchema>;

/** What sources may do before they are slowed and blocked. */
export const sourceGuardSchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    /** Wrong passwords after which a source is blocked; one is forgiven every 20 seconds. */
    wrongPasswords: z.int().min(1).max(1_000).default(5),
    /** Refused requests after which a source counts as a scanner; one is forgiven every 10 seconds. */
    refusedRequests: z.int().min(5).max(100_000).default(30),
    /** Requests, and connections, that a source may begin in a second for any length of time. */
    requestsPerSecond: z.int().min(1).max(10_000).default(50),
    /** As many as it may begin at once after a pause. */
    burst: z.int().min(1).max(100_000).default(200),
    /** How long a source is blocked the first time. */
    blockSeconds: z.int().min(1).max(604_800).default(60),
    /** How many times as long it is blocked each time more, within a day of the last one. */
    blockGrowth: z.number().min(1).max(100).default(4),
    /** The longest block, whatever the growth. */
    maxBlockSeconds: z.int().min(1).max(2_592_000).default(86_400),
    /** Whether programs on this machine are judged as well. */
    includeLoopback: z.boolean().default(false),
    /** Addresses, and blocks of them, that are never slowed nor blocked, beside the servers of the accounts. */
    neverBlock: z.array(sourceAddressSchema).max(CALL_LIMITS.guardedAddresses).default([]),
    /** What people have blocked. */
    blocked: z
      .array(blockedByHandSchema)
      .max(
        CALL_LIMITS.guardedAddresses,
        `Up to ${CALL_LIMITS.guardedAddresses} sources can be blocked by hand.`,
      )
      .default([]),
  })
  .superRefine(({ burst, requestsPerSecond, blockSeconds, maxBlockSeconds }, context) => {
    const refuse = (path: string, message: string, accepted: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { accepted } });
    if (burst < requestsPerSecond) {
      refuse('burst', `is less than the requests per second`, `${requestsPerSecond} or more`);
    }
    if (maxBlockSeconds < blockSeconds) {
      refuse('maxBlockSeconds', 'is shorter than the first block', `${blockSeconds} or more`);
    }
  });

export type SourceGuardSettings = z.infer<typeof sourceGuardSchema>;
