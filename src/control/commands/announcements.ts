import { z } from 'zod';
import type { BinaryContent } from '../binary-content.js';
import { type Command, defineCommand } from '../command.js';

const byName = z.strictObject({ name: z.string().describe('The name of the announcement.') });

const list = defineCommand({
  name: 'announcements.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every announcement: its name, length, format and size.',
  input: z.strictObject({}),
  run: ({ services }) => services.announcements.list(),
});

const get = defineCommand({
  name: 'announcements.get',
  kind: 'query',
  role: 'viewer',
  summary: 'An announcement as the WAV file that was stored.',
  input: byName,
  run: async ({ services }, { name }): Promise<BinaryContent> => ({
    contentType: 'audio/wav',
    bytes: await services.announcements.file(name),
  }),
});

const put = defineCommand({
  name: 'announcements.put',
  kind: 'command',
  role: 'administrator',
  summary: 'Stores a WAV file as an announcement; one of the same name is replaced.',
  input: z.strictObject({
    name: byName.shape.name,
    file: z
      .custom<Uint8Array>((value) => value instanceof Uint8Array, 'is no file; send the WAV file as the body')
      .describe('The WAV file.'),
  }),
  run: ({ services }, { name, file }) => services.announcements.put(name, file),
});

const remove = defineCommand({
  name: 'announcements.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes an announcement; a call that plays it goes on.',
  input: byName,
  run: ({ services }, { name }) => services.announcements.remove(name),
});

export const ANNOUNCEMENT_COMMANDS = [list, get, put, remove] as readonly Command[];
