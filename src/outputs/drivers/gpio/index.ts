import { defineOutputKind } from '../../output-kind.js';
import { GpioOutput } from './gpio-output.js';
import { gpioSettingsSchema } from './gpio-settings.js';

export const gpioKind = defineOutputKind({
  kind: 'gpio',
  summary: 'A relay or a lamp on a GPIO line of this machine, through libgpiod.',
  settings: gpioSettingsSchema,
  create: (settings, context) => new GpioOutput(settings, context),
});
