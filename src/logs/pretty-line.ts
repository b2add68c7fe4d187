/** One record as pino writes it. */
type LogRecord = {
  readonly time: string;
  readonly level: string;
  readonly room?: string;
  readonly msg: string;
} & Readonly<Record<string, unknown>>;

/** Control characters of a peer's text must not steer a person's terminal. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** A JSON line as a person reads it: `12:00:01.250 info  calls  incoming call  from=sip:guard@10.0.0.5`. */
export function prettyLine(json: string): string {
  const { time, level, room, msg, ...fields } = JSON.parse(json) as LogRecord;
  const head = [clockTime(time), level.padEnd(5), (room ?? '').padEnd(8), printable(msg)];
  const tail = Object.entries(fields).map(([name, value]) => `${name}=${printable(shown(value))}`);
  return `${[...head, ...tail].join('  ')}\n`;
}

function clockTime(time: string): string {
  const date = new Date(time);
  const part = (value: number, digits: number) => String(value).padStart(digits, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((value) => part(value, 2))
    .join(':');
  return `${clock}.${part(date.getMilliseconds(), 3)}`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function printable(text: string): string {
  return text.replace(CONTROL, (character) => (character === '\n' ? ' ⏎ ' : '·'));
}
