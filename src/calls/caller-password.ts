import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Account } from './account.js';
import type { Refusal } from './admission.js';
import { CallerGuesses } from './caller-guesses.js';
import type { IncomingSignalingCall } from './signaling.js';
import type { TrustedServers } from './trusted-servers.js';

/** What a caller's phone shows when it asks for the password. */
const REALM = 'sipsiren';

/** Somebody who may be asked for a password: a caller, or the sender of a message. */
export type PasswordQuestion = Pick<IncomingSignalingCall, 'invitation' | 'authenticate'>;

/** What became of the question for the password. */
export type PasswordCheck =
  | { readonly kind: 'known' }
  /** The caller was asked; it comes back with another call. */
  | { readonly kind: 'asked' }
  /** `answered`: the stack has asked again already, and nothing more is to be sent. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly answered: boolean };

export interface CallerPasswordOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly trust: Pick<TrustedServers, 'trustOf'>;
}

/** Asks callers of a peer-to-peer account for its password, where it has one, and slows down those that guess. */
export class CallerPassword {
  readonly #log: Log;
  readonly #trust: Pick<TrustedServers, 'trustOf'>;
  readonly #guesses: CallerGuesses;

  constructor({ clock, log, trust }: CallerPasswordOptions) {
    this.#log = log;
    this.#trust = trust;
    this.#guesses = new CallerGuesses(clock);
  }

  check(incoming: PasswordQuestion, account: Account): PasswordCheck {
    if (account.callerPassword === '') return { kind: 'known' };
    const { sourceAddress } = incoming.invitation;
    // Everybody's calls come from a server of ours: one that guesses behind it must not keep an alarm out.
    const isServer = this.#trust.trustOf(account, sourceAddress) === 'trusted';
    if (!isServer && this.#guesses.isBlocked(sourceAddress)) {
      return refused(
        'tooManyGuesses',
        'too many wrong passwords came from this address; wait a minute',
        false,
      );
    }
    switch (incoming.authenticate({ realm: REALM, password: account.callerPassword })) {
      case 'known':
        this.#guesses.noteRight(sourceAddress);
        return { kind: 'known' };
      case 'challenged':
        return { kind: 'asked' };
      case 'wrong':
        return this.#noteWrong(sourceAddress, isServer);
    }
  }

  #noteWrong(source: string, isServer: boolean): PasswordCheck {
    if (this.#guesses.note(source) && !isServer) {
      this.#log.warn('an address is refused for a minute after too many wrong passwords', { source });
    }
    return refused('wrongPassword', 'the password of the caller is wrong', true);
  }
}

function refused(
  refusal: 'wrongPassword' | 'tooManyGuesses',
  detail: string,
  answered: boolean,
): PasswordCheck {
  const status = answered ? 401 : 403;
  return { kind: 'refused', refusal: { admitted: false, refusal, status, detail }, answered };
}
