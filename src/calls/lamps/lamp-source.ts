import type { AccountId } from '../../base/ids.js';

/** An extension that somebody watches, as a call to it would name it. */
export interface CalledExtension {
  readonly account: AccountId;
  /** `sip:1001@pbx.example.com`. */
  readonly localUri: string;
}

/**
 * Knows whether the alarm that a call to an extension starts is on. Called whenever something changed; gives a look at
 * this moment that many extensions can be asked of.
 */
export type LampSource = () => (extension: CalledExtension) => boolean;
