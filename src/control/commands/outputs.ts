import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { LIGHT_CAPABILITIES } from '../../patterns/light-capabilities.js';
import { milliseconds } from '../../base/duration.js';
import { renderLeadInWav, renderWav } from '../../patterns/render-wav.js';
import { SOUND_PATTERNS, findSoundPattern } from '../../patterns/sound/index.js';
import type { BinaryContent } from '../binary-content.js';
import { type Command, defineCommand } from '../command.js';
import { quoted } from '../words.js';

const list = defineCommand({
  name: 'patterns.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every light and sound pattern, with what each accepts and how often a light flashes.',
  input: z.strictObject({}),
  run: ({ services }) => ({
    light: LIGHT_CAPABILITIES,
    siren: [
      ...SOUND_PATTERNS.map(({ name, period }) => ({ name, periodMilliseconds: period })),
      ...services.sounds.own.list().map(({ pattern, seconds }) => ({
        name: pattern,
        periodMilliseconds: milliseconds(seconds * 1_000),
      })),
    ],
  }),
});

const sound = defineCommand({
  name: 'sounds.render',
  kind: 'query',
  role: 'viewer',
  summary: 'One loop of a sound pattern as a WAV file, 16 bit mono; repeated without a gap it is the siren.',
  input: z.strictObject({
    pattern: z.string().describe('The name of the sound pattern, of an own sound, or of what sounds now.'),
    part: z
      .enum(['loop', 'leadIn'])
      .default('loop')
      .describe('What is heard again and again, or what is heard once before: a spoken text.'),
    sampleRate: z.union([z.literal(8_000), z.literal(16_000), z.literal(48_000)]).default(16_000),
    intensity: z.int().min(1).max(5).default(5),
  }),
  run: async ({ services }, { pattern, part, sampleRate, intensity }): Promise<BinaryContent> => {
    const found = await services.sounds.load(pattern);
    if (!found)
      throw new SipsirenError('NOT_FOUND', `There is no sound pattern ${quoted(pattern)}.`, {
        path: 'pattern',
      });
    const render = part === 'loop' ? renderWav : renderLeadInWav;
    const bytes = await render(found, { sampleRate, intensity });
    return { contentType: 'audio/wav', bytes, isLasting: findSoundPattern(pattern) !== undefined };
  },
});

const recording = defineCommand({
  name: 'output.recording',
  kind: 'query',
  role: 'viewer',
  summary:
    'What the virtual output showed lately, oldest first; a frame is 48 bytes in base64, red, green, blue and white of each section.',
  input: z.strictObject({
    since: z.number().min(0).default(0).describe('Milliseconds since the Unix epoch.'),
  }),
  run: ({ services }, { since }) =>
    services.output
      .recording()
      .filter((picture) => picture.wallTime >= since)
      .map((picture) => ({ ...picture, frame: Buffer.from(picture.frame).toString('base64') })),
});

export const OUTPUT_COMMANDS = [list, sound, recording] as readonly Command[];
