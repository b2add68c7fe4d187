import { recipientKindOf } from '../recipients/kinds/index.js';
import { KindSecrets } from './kind-secrets.js';

/** The secrets of recipients, by the kinds that there are. */
export const RECIPIENT_SECRETS = new KindSecrets({
  secretsOf: (kind) => recipientKindOf(kind).secrets,
  destinationOf: ({ kind, settings }) => recipientKindOf(kind).destinationOf(settings),
});
