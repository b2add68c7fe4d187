import { z } from 'zod';
import type { BinaryContent } from '../binary-content.js';
import { type Command, defineCommand } from '../command.js';
import { refuseUsedSound } from '../known-sounds.js';

const byName = z.strictObject({
  name: z.string().describe('The name of the own sound; case, colons and spaces do not count.'),
});

const list = defineCommand({
  name: 'ownSounds.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every own sound: its name, the pattern by which profiles refer to it, length and size.',
  input: z.strictObject({}),
  run: ({ services }) => services.sounds.own.list(),
});

const get = defineCommand({
  name: 'ownSounds.get',
  kind: 'query',
  role: 'viewer',
  summary: 'An own sound as it is played: a WAV file of 48 kHz and one channel.',
  input: byName,
  run: async ({ services }, { name }): Promise<BinaryContent> => ({
    contentType: 'audio/wav',
    bytes: await services.sounds.own.file(name),
  }),
});

const put = defineCommand({
  name: 'ownSounds.put',
  kind: 'command',
  role: 'administrator',
  summary:
    'Stores a WAV or FLAC file of up to five minutes as an own sound; one of the same name is replaced.',
  input: z.strictObject({
    name: byName.shape.name,
    file: z
      .custom<Uint8Array>(
        (value) => value instanceof Uint8Array,
        'is no file; send the WAV or FLAC file as the body',
      )
      .describe('The WAV or FLAC file.'),
  }),
  run: ({ services }, { name, file }) => services.sounds.own.put(name, file),
});

const remove = defineCommand({
  name: 'ownSounds.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes an own sound. While profiles use it that is refused.',
  input: byName,
  run: async ({ services }, { name }) => {
    refuseUsedSound(services.config.get('profiles'), name);
    await services.sounds.own.remove(name);
  },
});

const speech = defineCommand({
  name: 'speech.get',
  kind: 'query',
  role: 'viewer',
  summary:
    'Whether the device can speak, with which voices, what to do where it cannot, and which texts failed.',
  input: z.strictObject({}),
  run: ({ services }) => services.sounds.speech.facts(),
});

export const OWN_SOUND_COMMANDS = [list, get, put, remove, speech] as readonly Command[];
