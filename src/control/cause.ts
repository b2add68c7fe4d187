import type { CommandContext } from './command.js';

/** Why something started or ended, for status lists and logs. */
export function causeOf(context: CommandContext): string {
  return `by hand, through ${context.caller.name}`;
}
