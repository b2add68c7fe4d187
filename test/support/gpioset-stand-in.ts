import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Stands in for gpioset of libgpiod where there is no chip: writes down what it is told, then holds the line. */
const PROGRAM = `#!/bin/sh
if [ "$1" = --version ]; then echo "gpioset (libgpiod) $(cat "$GPIOSET_FOLDER/version")"; exit 0; fi
if [ ! -e "$GPIOSET_FOLDER/chip" ]; then echo "gpioset: cannot find a GPIO chip" >&2; exit 1; fi
case " $* " in
  *" --mode=exit "* | *" -t 0 "*) echo "$*" >> "$GPIOSET_FOLDER/log"; exit 0 ;;
esac
echo "$*" >> "$GPIOSET_FOLDER/log"
echo $$ > "$GPIOSET_FOLDER/pid"
exec sleep 1000
`;

/** A stand-in `gpioset` in front of PATH, of either main version of libgpiod. */
export class GpiosetStandIn {
  readonly #folder: string;
  readonly #path = process.env['PATH'] ?? '';

  constructor(folder: string, version: '1.6.3' | '2.1.3') {
    this.#folder = folder;
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'bin/gpioset'), PROGRAM);
    chmodSync(join(folder, 'bin/gpioset'), 0o755);
    writeFileSync(join(folder, 'version'), version === '1.6.3' ? 'v1.6.3' : 'v2.1.3');
    this.plugIn();
    process.env['GPIOSET_FOLDER'] = folder;
    process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${this.#path}`;
  }

  /** Every command line so far. */
  get told(): string[] {
    const log = join(this.#folder, 'log');
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  }

  /** The process that holds the line, or held it last. */
  get holder(): number {
    return Number(readFileSync(join(this.#folder, 'pid'), 'utf8'));
  }

  /** The chip is there. */
  plugIn(): void {
    writeFileSync(join(this.#folder, 'chip'), '');
  }

  /** The chip is gone. */
  pullOut(): void {
    rmSync(join(this.#folder, 'chip'));
  }

  restore(): void {
    process.env['PATH'] = this.#path;
    delete process.env['GPIOSET_FOLDER'];
  }
}
