import type { Log, LogFields } from '../../src/base/log.js';
import { AwaitedList } from './awaited-list.js';

export interface LogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: LogFields | undefined;
}

/** A log whose lines a test can read, of all rooms together. */
export class RecordingLog implements Log {
  readonly lines = new AwaitedList<LogLine>();

  error(message: string, fields?: LogFields): void {
    this.lines.add({ level: 'error', message, fields });
  }

  warn(message: string, fields?: LogFields): void {
    this.lines.add({ level: 'warn', message, fields });
  }

  info(message: string, fields?: LogFields): void {
    this.lines.add({ level: 'info', message, fields });
  }

  debug(message: string, fields?: LogFields): void {
    this.lines.add({ level: 'debug', message, fields });
  }

  room(): Log {
    return this;
  }

  messages(level: LogLine['level']): string[] {
    return this.lines.all.filter((line) => line.level === level).map((line) => line.message);
  }
}
