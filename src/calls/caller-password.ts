import type { Account } from './account.js';
import type { Refusal } from './admission.js';
import type { IncomingSignalingCall } from './signaling.js';
import type { SourceGuard } from './source-guard/source-guard.js';

/** What a caller's phone shows when it asks for the password. */
const REALM = 'sipsiren';

/** Somebody who may be asked for a password: a caller, or the sender of a message. */
export type PasswordQuestion = Pick<IncomingSignalingCall, 'invitation' | 'authenticate'>;
const WRONG: Refusal = {
  admitted: false,
  refusal: 'wrongPassword',
  status: 401,
  detail: 'the password of the caller is wrong',
};

/** What became of the question for the password. */
export type PasswordCheck =
  | { readonly kind: 'known' }
  /** The caller was asked; it comes back with another call. */
  | { readonly kind: 'asked' }
  /** The stack has asked again already, and nothing more is to be sent. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Hears whose password was right and whose wrong. */
export type PasswordWatch = Pick<SourceGuard, 'noteWrongPassword' | 'noteRightPassword'>;

/** Asks a caller of a peer-to-peer account for its password, where it has one; who guesses is reported to `watch`. */
export function checkPassword(
  incoming: PasswordQuestion,
  account: Account,
  watch: PasswordWatch | undefined,
): PasswordCheck {
  if (account.callerPassword === '') return { kind: 'known' };
  const { sourceAddress } = incoming.invitation;
  switch (incoming.authenticate({ realm: REALM, password: account.callerPassword })) {
    case 'known':
      watch?.noteRightPassword(sourceAddress);
      return { kind: 'known' };
    case 'challenged':
      return { kind: 'asked' };
    case 'wrong':
      watch?.noteWrongPassword(sourceAddress);
      return { kind: 'refused', refusal: WRONG };
  }
}
