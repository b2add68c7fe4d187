import { findItem } from './item-list.js';
import type { Services } from './services.js';

/** An account that the request names comes before the contact's own. Throws NOT_FOUND. */
export function whomToCall(
  { config }: { readonly config: Pick<Services['config'], 'get'> },
  call: {
    readonly to?: string | undefined;
    readonly contact?: string | undefined;
    readonly account?: string | undefined;
  },
): { readonly to: string; readonly account: string } {
  const { to = '', contact, account = '' } = call;
  if (contact === undefined) return { to, account };
  const found = findItem(config.get('contacts'), contact, 'contact');
  return { to: found.address, account: account === '' ? found.account : account };
}
