import { minutes, seconds, type Duration } from '../../base/duration.js';

/** What can be subscribed to (RFC 6665 section 5.4). */
export type EventPackage = {
  /** As Event and Allow-Events name it. */
  readonly name: string;
  /** The type of a NOTIFY's body. */
  readonly contentType: string;
  /** How long a subscription lasts that asks for nothing, and the longest. */
  readonly lifetime: Duration;
  /** The least time between two NOTIFYs of one subscription. */
  readonly pause: Duration;
};

/** Calls of an address (RFC 4235 sections 3.4 and 3.10), for the lamps of desk phones. */
export const DIALOG_PACKAGE: EventPackage = {
  name: 'dialog',
  contentType: 'application/dialog-info+xml',
  lifetime: minutes(60),
  pause: seconds(1),
};

/**
 * Presence (RFC 3856 section 6.4). Section 6.10 would rather have five seconds between two NOTIFYs; but what is told of
 * here is rare, and a lamp that shows an alarm must not lag behind it.
 */
export const PRESENCE_PACKAGE: EventPackage = {
  name: 'presence',
  contentType: 'application/pidf+xml',
  lifetime: minutes(60),
  pause: seconds(1),
};
