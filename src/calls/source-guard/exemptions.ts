import { comparableAddress } from '../access-list-address.js';
import { AddressSet } from './address-set.js';
import type { SourceGuardSettings } from './source-guard-settings.js';
import { isLoopback } from './source-key.js';

/**
 * Who is never slowed nor blocked. An alarm that comes by a server of ours must not be kept out by what somebody else
 * does behind it.
 */
export class Exemptions {
  readonly #includesLoopback: boolean;
  readonly #never: AddressSet;
  readonly #isServer: (address: string) => boolean;

  constructor({ includeLoopback, neverBlock }: SourceGuardSettings, isServer: (address: string) => boolean) {
    this.#includesLoopback = includeLoopback;
    this.#never = new AddressSet(neverBlock);
    this.#isServer = isServer;
  }

  has(address: string): boolean {
    const comparable = comparableAddress(address);
    if (comparable === undefined) return false;
    if (!this.#includesLoopback && isLoopback(comparable)) return true;
    return this.#never.has(comparable) || this.#isServer(address);
  }
}
