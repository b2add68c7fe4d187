import { SipsirenError } from '../base/errors.js';
import { InvalidValueError } from '../config/invalid-value-error.js';
import { problemsOf } from '../config/problems-of.js';
import type { Caller, Command, Role } from './command.js';
import { COMMANDS } from './commands/index.js';
import type { Services } from './services.js';

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, administrator: 2 };

/** The one door to the device: looks a command up, checks the role and the input, and runs it. */
export class Control {
  readonly #services: Services;
  readonly #commands: ReadonlyMap<string, Command>;

  constructor(options: { readonly services: Services; readonly commands?: readonly Command[] }) {
    this.#services = options.services;
    this.#commands = new Map((options.commands ?? COMMANDS).map((command) => [command.name, command]));
  }

  /**
   * Runs a command. Throws NOT_FOUND for an unknown one, FORBIDDEN, INVALID_VALUE with every problem of the
   * input, and whatever the command throws.
   */
  async run(name: string, input: unknown, caller: Caller): Promise<unknown> {
    const command = this.#commands.get(name);
    if (!command) throw new SipsirenError('NOT_FOUND', `There is no command ${name}.`);
    if (RANK[caller.role] < RANK[command.role]) {
      throw new SipsirenError(
        'FORBIDDEN',
        `${name} needs the role ${command.role}; ${caller.name} is ${caller.role}.`,
      );
    }
    const parsed = command.input.safeParse(input);
    if (!parsed.success) {
      throw new InvalidValueError(problemsOf(parsed.error, { schema: command.input, value: input }));
    }
    return await command.run({ services: this.#services, caller }, parsed.data);
  }
}
