import { outputKindOf } from '../outputs/drivers/index.js';
import { KindSecrets } from './kind-secrets.js';

/** The secrets of outputs, by the kinds that there are. */
export const OUTPUT_SECRETS = new KindSecrets({
  secretsOf: (kind) => outputKindOf(kind).secrets ?? [],
  destinationOf: ({ kind, settings }) => outputKindOf(kind).destinationOf?.(settings) ?? '',
});
