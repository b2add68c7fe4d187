import { randomBytes } from 'node:crypto';

declare const idBrand: unique symbol;

/** A string that names one kind of thing, so that a call's id is never taken for an account's. */
export type Id<Kind extends string> = string & { readonly [idBrand]: Kind };

export type CallId = Id<'call'>;
export type AccountId = Id<'account'>;
export type DtmfSequenceId = Id<'dtmfSequence'>;
export type CertificateId = Id<'certificate'>;
export type RuleId = Id<'rule'>;
export type ProfileName = Id<'profile'>;
export type ActivityId = number & { readonly [idBrand]: 'activity' };

/** Random bytes drawn ahead in one go: a call to the system per token would cost more than the token. */
const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);
let position = 0;

/**
 * An unguessable token of `bytes` random bytes in hexadecimal (RFC 3261 section 19.3 asks for at least 32
 * bits in tags; the default has 64).
 */
export function randomToken(bytes = 8): string {
  if (position + bytes > pool.length) {
    pool = randomBytes(Math.max(POOL_BYTES, bytes));
    position = 0;
  }
  position += bytes;
  return pool.toString('hex', position - bytes, position);
}
