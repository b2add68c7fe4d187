import { z } from 'zod';
import { type Command, defineCommand } from '../command.js';
import { statusOf } from '../status-view.js';

const get = defineCommand({
  name: 'status.get',
  kind: 'query',
  role: 'viewer',
  summary: 'What shows and sounds, highest priority first; calls in progress; accounts; where calls arrive.',
  input: z.strictObject({}),
  run: ({ services }) => statusOf(services),
});

const info = defineCommand({
  name: 'system.info',
  kind: 'query',
  role: 'viewer',
  summary: 'The version, since when the device runs, and on what.',
  input: z.strictObject({}),
  run: ({ services }) => services.system.info(),
});

export const STATUS_COMMANDS = [get, info] as readonly Command[];
