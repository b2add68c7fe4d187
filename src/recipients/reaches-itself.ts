import type { RecipientSettings } from './recipient-settings.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * Whether a recipient is a program on this machine that is told by HTTP. That may be the device itself, whose page and
 * API are there and nowhere else; what it is told there can move rules again.
 */
export function reachesItself(recipients: readonly RecipientSettings[], id: string): boolean {
  const url: unknown = recipients.find((one) => one.id === id)?.settings['url'];
  return typeof url === 'string' && URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}
