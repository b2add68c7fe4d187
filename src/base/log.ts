/** What may stand beside a message: plain data, never an object with behaviour. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where a room reports. Implemented by `logs/`; a room takes it as a dependency and never prints by itself.
 * Levels: error (a person must act), warn (something is wrong and handled), info (what happened), debug.
 */
export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** A log whose lines carry the room's name. */
  room(name: string): Log;
}

/** A log that keeps nothing, for libraries used on their own and for tests. */
export const silentLog: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  room: () => silentLog,
};
