import { defineOutputKind } from '../../output-kind.js';
import { VapixOutput } from './vapix-output.js';
import { vapixSettingsSchema } from './vapix-settings.js';

export const vapixKind = defineOutputKind({
  kind: 'vapix',
  summary: 'Another strobe siren with the VAPIX interface, so that one call starts many.',
  settings: vapixSettingsSchema,
  secrets: ['password'],
  destinationOf: ({ address }) => new URL(address).origin,
  create: (settings, context) => new VapixOutput(settings, context),
});
