import { defineOutputKind } from '../../output-kind.js';
import { multicastInterfaces } from './network-interfaces.js';
import { MulticastOutput } from './multicast-output.js';
import { multicastSettingsSchema } from './multicast-settings.js';

export const multicastKind = defineOutputKind({
  kind: 'multicast',
  summary: 'SIP loudspeakers and phones in paging mode, by RTP multicast.',
  functions: ['siren'],
  settings: multicastSettingsSchema,
  choices: () => Promise.resolve({ interface: multicastInterfaces() }),
  create: (settings, context) => new MulticastOutput(settings, context),
});
