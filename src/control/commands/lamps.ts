import { z } from 'zod';
import { type Command, defineCommand } from '../command.js';

const list = defineCommand({
  name: 'lamps.list',
  kind: 'query',
  role: 'viewer',
  summary:
    'Who watches which extension by SUBSCRIBE, such as desk phones with a lamp for it, and what they see.',
  input: z.strictObject({}),
  run: ({ services }) => services.calls.lamps(),
});

export const LAMP_COMMANDS = [list] as readonly Command[];
