import { defineOutputKind } from '../../output-kind.js';
import { WledOutput } from './wled-output.js';
import { wledSettingsSchema } from './wled-settings.js';

export const wledKind = defineOutputKind({
  kind: 'wled',
  summary: 'WLED, or another LED controller that takes DDP.',
  functions: ['light'],
  settings: wledSettingsSchema,
  create: (settings, context) => new WledOutput(settings, context),
});
