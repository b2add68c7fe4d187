import { defineOutputKind } from '../../output-kind.js';
import { HttpOutput } from './http-output.js';
import { httpSettingsSchema } from './http-settings.js';

export const httpKind = defineOutputKind({
  kind: 'http',
  summary: 'A lamp or anything else that HTTP requests switch, such as Shelly or Hue.',
  settings: httpSettingsSchema,
  secrets: ['secret'],
  destinationOf: ({ on, off, change }) =>
    [on, off, change ?? on].map(({ url }) => new URL(url).origin).join(' '),
  create: (settings, context) => new HttpOutput(settings, context),
});
