import { isIP } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { LogLevel } from '../logs/create-log.js';
import { VERSION } from '../base/version.js';

/** What `sipsiren start` was told. */
export interface StartArguments {
  readonly data: string;
  readonly demo: boolean;
  readonly sipPort?: number;
  readonly tlsPort?: number;
  readonly sipAddress?: readonly string[];
  readonly rtpStartPort?: number;
  readonly httpPort: number;
  readonly httpAddress: string;
  readonly logLevel: LogLevel;
}

/** What `sipsiren call` was told. */
export interface CallArguments {
  readonly to: string;
  readonly dtmf?: string;
  readonly seconds: number;
  readonly timeoutSeconds: number;
  readonly transport?: 'udp' | 'tcp';
  readonly from: string;
}

/** What `sipsiren reset` was told. */
export interface ResetArguments {
  readonly data: string;
  readonly keepNetwork: boolean;
}

/** What the commands do; each resolves with the exit code. */
export interface Commands {
  readonly start: (args: StartArguments) => Promise<number>;
  readonly check: (folder: string) => Promise<number>;
  readonly reset: (args: ResetArguments) => Promise<number>;
  readonly call: (args: CallArguments) => Promise<number>;
}

/**
 * The command line. Resolves with the exit code: 0 all went well, 1 it did not, 2 the command was not
 * understood.
 */
export async function runProgram(argv: readonly string[], commands: Commands): Promise<number> {
  let code = 0;
  const program = new Command('sipsiren')
    .description('A software strobe siren that answers SIP calls.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(sipsiren --help lists the commands)');

  program
    .command('start')
    .description('Runs the device until it is stopped with Ctrl-C or SIGTERM.')
    .option('--data <folder>', 'the data folder', './data')
    .option('--demo', 'give a new data folder five profiles and two rules, and take calls at once', false)
    .option('--sip-port <port>', 'set the SIP port, UDP and TCP', port(1024))
    .option('--tls-port <port>', 'set the port of SIP over TLS', port(1024))
    .option(
      '--sip-address <address...>',
      'set the addresses SIP listens on (default: every address)',
      address,
    )
    .option('--rtp-start-port <port>', 'set the first port for media', port(1024))
    .option('--http-port <port>', 'the port of the page and the API', port(0), 8080)
    .option('--http-address <address>', 'the loopback address of the page and the API', '127.0.0.1')
    .addOption(
      new Option('--log-level <level>', 'how much is logged')
        .choices(['error', 'warn', 'info', 'debug'])
        .default('info'),
    )
    .action(async (options: StartArguments) => {
      code = await commands.start(options);
    });

  program
    .command('check')
    .description('Validates the configuration in a data folder and changes nothing.')
    .argument('[folder]', 'the data folder', './data')
    .action(async (folder: string) => {
      code = await commands.check(folder);
    });

  program
    .command('reset')
    .description(
      'Makes a data folder as new, while no device runs on it: settings, certificates and files go.',
    )
    .requiredOption('--data <folder>', 'the data folder')
    .option('--keep-network', 'leave the SIP ports and addresses as they are', false)
    .action(async (options: ResetArguments) => {
      code = await commands.reset(options);
    });

  program
    .command('call')
    .description('Places a test call with the own SIP stack, plays a tone, and tells each step.')
    .argument('<address>', 'the address to call: sip:1001@127.0.0.1')
    .option('--dtmf <digits>', 'keys to press once the call is answered: 0-9 A-D * #', digits)
    .option('--seconds <count>', 'how long to stay in the call', whole(0, 3_600), 3)
    .option('--timeout <count>', 'how many seconds the other side may take to answer', whole(1, 600), 30)
    .option('--from <name>', 'the user part of the own address', 'sipsiren-test')
    .addOption(new Option('--transport <protocol>', 'how to reach the address').choices(['udp', 'tcp']))
    .action(async (to: string, options: Omit<CallArguments, 'to'> & { readonly timeout: number }) => {
      code = await commands.call({ ...options, to, timeoutSeconds: options.timeout });
    });

  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Commander has printed its message already; help and version are no failures. */
function exitCodeOf(error: unknown): number {
  const isCommander = error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number';
  if (!isCommander) throw error;
  return error.exitCode === 0 ? 0 : 2;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

function port(least: number): (text: string) => number {
  return whole(least, 65_535);
}

/** One more of a list of IP addresses. */
function address(text: string, previous: readonly string[] = []): readonly string[] {
  if (isIP(text) === 0) throw new InvalidArgumentError('It must be an IPv4 or IPv6 address of this machine.');
  return [...previous, text];
}

function digits(text: string): string {
  if (!/^[0-9A-Da-d*#]+$/.test(text)) {
    throw new InvalidArgumentError('It may have the keys 0-9, A-D, * and #.');
  }
  return text.toUpperCase();
}
