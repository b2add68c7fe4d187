import type { ZodType } from 'zod';
import type { Services } from './services.js';

/** What somebody may do: look; act; change the settings. Each may do what those before it may. */
export type Role = 'viewer' | 'operator' | 'administrator';

/** Who gives a command. */
export type Caller = {
  readonly role: Role;
  /** For causes and logs: `the API at 127.0.0.1`. */
  readonly name: string;
};

/** What a command acts with. */
export type CommandContext = {
  readonly services: Services;
  readonly caller: Caller;
};

/** One entry of the table: HTTP, MQTT, the command line and whatever comes later all go through it. */
export type Command<Input = unknown, Output = unknown> = {
  /** Stable: `profiles.create`. */
  readonly name: string;
  /** A query changes nothing. */
  readonly kind: 'command' | 'query';
  /** The least role that may. */
  readonly role: Role;
  /** One sentence for the API's documentation. */
  readonly summary: string;
  readonly input: ZodType<Input>;
  run(context: CommandContext, input: Input): Output | Promise<Output>;
};

/** Declares a command; ties what it takes to its schema. */
export function defineCommand<Input, Output>(command: Command<Input, Output>): Command<Input, Output> {
  return command;
}
