import { pino, type DestinationStream } from 'pino';
import type { Clock } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import type { Log, LogFields } from '../base/log.js';
import { prettyLine } from './pretty-line.js';
import { redact, redactText } from './redact.js';
import { RepetitionGuard, type RepetitionLimit } from './repetition-guard.js';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export type LogOptions = {
  /** The least severe level that is written. */
  readonly level: LogLevel;
  /** A readable line in local time instead of a JSON line. */
  readonly pretty: boolean;
  readonly clock: Clock;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
  /** Of each kind of message. Default: 20 lines in 10 seconds. */
  readonly limit?: RepetitionLimit;
};

/** A log that was opened and can be closed. */
export interface OpenLog extends Log {
  /** Ends its timers; lines after that are still written. Idempotent. */
  close(): void;
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { error: 50, warn: 40, info: 30, debug: 20 };
const DEFAULT_LIMIT: RepetitionLimit = { lines: 20, window: seconds(10) };

/** Where lines go, shared by the logs of all rooms. */
type Sink = {
  readonly least: number;
  readonly guard: RepetitionGuard;
  write(level: LogLevel, room: string | undefined, message: string, fields: LogFields | undefined): void;
};

/** The log of the device: one line per message, secrets hidden, floods cut short. */
export function createLog(options: LogOptions): OpenLog {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(options.clock.wallTime()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    streamOf(options),
  );
  const sink: Sink = {
    least: SEVERITY[options.level],
    guard: new RepetitionGuard({ clock: options.clock, limit: options.limit ?? DEFAULT_LIMIT }),
    write: (level, room, message, fields) => {
      logger[level]({ ...(room !== undefined && { room }), ...safeFields(fields) }, redactText(message));
    },
  };
  return new RoomLog(sink, undefined);
}

class RoomLog implements OpenLog {
  readonly #sink: Sink;
  readonly #room: string | undefined;

  constructor(sink: Sink, room: string | undefined) {
    this.#sink = sink;
    this.#room = room;
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  room(name: string): Log {
    return new RoomLog(this.#sink, name);
  }

  close(): void {
    this.#sink.guard.close();
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (SEVERITY[level] < this.#sink.least) return;
    const admitted = this.#sink.guard.admits(`${level} ${this.#room ?? ''} ${message}`, (count) =>
      this.#sink.write(level, this.#room, message, { repeated: `${count} more times` }),
    );
    if (admitted) this.#sink.write(level, this.#room, message, fields);
  }
}

/** Names that a line has by itself must not be overwritten by a field. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['time', 'level', 'room', 'msg']);

function safeFields(fields: LogFields | undefined): Record<string, unknown> {
  if (fields === undefined) return {};
  const entries = Object.entries(redact(fields) as LogFields);
  return Object.fromEntries(
    entries.map(([name, value]) => [OWN_FIELDS.has(name) ? `${name}_` : name, value]),
  );
}

function streamOf({ destination, pretty }: LogOptions): DestinationStream {
  const stream = destination ?? standardOutput();
  return pretty ? { write: (json) => stream.write(prettyLine(json)) } : stream;
}

/** Written at once, so that a crash loses no line; a reader that went away must not stop the siren. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: true });
  stream.on('error', () => undefined);
  return stream;
}
