import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Stands in for gpioget: gives the level that a file has, as the active-low flag turns it. */
const GPIOGET = `#!/bin/sh
echo "gpioget $*" >> "$GPIOMON_FOLDER/log"
if [ ! -e "$GPIOMON_FOLDER/chip" ]; then echo "gpioget: cannot find a GPIO chip" >&2; exit 1; fi
cat "$GPIOMON_FOLDER/level"
`;

/** Stands in for gpiomon: passes on the edges that a test writes into a pipe. */
const GPIOMON = `#!/bin/sh
if [ "$1" = --version ]; then echo "gpiomon (libgpiod) $(cat "$GPIOMON_FOLDER/version")"; exit 0; fi
echo "gpiomon $*" >> "$GPIOMON_FOLDER/log"
echo $$ > "$GPIOMON_FOLDER/pid"
exec cat <> "$GPIOMON_FOLDER/edges"
`;

/** Stand-ins for gpioget and gpiomon in front of PATH, of either main version of libgpiod, for a single line. */
export class GpiomonStandIn {
  readonly #folder: string;
  readonly #version: 1 | 2;
  readonly #path = process.env['PATH'] ?? '';

  constructor(folder: string, version: '1.6.3' | '2.1.3') {
    this.#folder = folder;
    this.#version = version === '1.6.3' ? 1 : 2;
    mkdirSync(join(folder, 'bin'), { recursive: true });
    for (const [name, text] of [
      ['gpioget', GPIOGET],
      ['gpiomon', GPIOMON],
    ] as const) {
      writeFileSync(join(folder, 'bin', name), text);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    writeFileSync(join(folder, 'version'), `v${version}`);
    writeFileSync(join(folder, 'level'), '0\n');
    execFileSync('mkfifo', [join(folder, 'edges')]);
    this.plugIn();
    process.env['GPIOMON_FOLDER'] = folder;
    process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${this.#path}`;
  }

  /** Every command line so far. */
  get told(): string[] {
    const log = join(this.#folder, 'log');
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  }

  /** The process that watches the line, or watched it last. */
  get watcher(): number {
    return Number(readFileSync(join(this.#folder, 'pid'), 'utf8'));
  }

  /** The level that is found when somebody looks; no edge comes. */
  set level(isOn: boolean) {
    writeFileSync(join(this.#folder, 'level'), isOn ? '1\n' : '0\n');
  }

  /** The line changes, and whoever watches it learns it. */
  edge(isRising: boolean): void {
    this.level = isRising;
    writeFileSync(join(this.#folder, 'edges'), isRising ? '1\n' : this.#version === 1 ? '0\n' : '2\n');
  }

  plugIn(): void {
    writeFileSync(join(this.#folder, 'chip'), '');
  }

  pullOut(): void {
    rmSync(join(this.#folder, 'chip'));
  }

  restore(): void {
    process.env['PATH'] = this.#path;
    delete process.env['GPIOMON_FOLDER'];
  }
}
