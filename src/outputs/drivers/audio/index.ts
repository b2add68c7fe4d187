import { defineOutputKind } from '../../output-kind.js';
import { AudioOutput } from './audio-output.js';
import { audioSettingsSchema } from './audio-settings.js';
import { soundCards } from './sound-cards.js';

export const audioKind = defineOutputKind({
  kind: 'audio',
  summary: 'A sound card of this machine, through ALSA.',
  functions: ['siren'],
  settings: audioSettingsSchema,
  choices: async () => ({ device: await soundCards() }),
  create: (settings, context) => new AudioOutput(settings, context),
});
