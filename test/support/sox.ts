import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What sox's `stats` says of a file; levels in decibels of full scale. */
export interface SoxLevels {
  readonly peak: number;
  readonly rms: number;
  /** The loudest 50 ms. */
  readonly loudest: number;
  /** Around 0 where no sample is cut off; the length of the plateaus at the peaks. */
  readonly flatness: number;
  readonly offset: number;
}

/** Sample rate, channels, bits and seconds of a sound file. */
export function soxFormat(file: string): { rate: number; channels: number; bits: number; seconds: number } {
  const ask = (option: string) => Number(execFileSync('sox', ['--i', option, file], { encoding: 'utf8' }));
  return { rate: ask('-r'), channels: ask('-c'), bits: ask('-b'), seconds: ask('-D') };
}

export function soxLevels(file: string): SoxLevels {
  // sox measures in windows of 50 ms; a loop may be shorter than what it wants to see of them.
  const said = report([file, '-n', 'repeat', '3', 'stats', '-w', '0.05']);
  const value = (name: string) => Number(new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(said)?.[1]);
  return {
    peak: value('Pk lev dB'),
    rms: value('RMS lev dB'),
    loudest: value('RMS Pk dB'),
    flatness: value('Flat factor'),
    offset: value('DC offset'),
  };
}

/** The strongest frequency in the 4,096 samples after a moment, as sox's Fourier transform sees it. */
export function soxPitch(file: string, seconds: number): number {
  const said = report([file, '-n', 'repeat', '3', 'trim', String(seconds), '4096s', 'stat', '-freq']);
  let strongest = { hertz: 0, power: 0 };
  for (const [, hertz, power] of said.matchAll(/^(\d+\.\d+)\s+(\d+\.\d+)$/gm)) {
    if (Number(power) > strongest.power) strongest = { hertz: Number(hertz), power: Number(power) };
  }
  return strongest.hertz;
}

/** The lengths of the sounds between silences (below 1 % for 30 ms), in seconds. */
export function soxPulses(file: string): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'sipsiren-sox-'));
  try {
    const split = ['silence', '1', '0.01', '1%', '1', '0.03', '1%', ':', 'newfile', ':', 'restart'];
    execFileSync('sox', [file, join(folder, 'pulse.wav'), ...split]);
    return readdirSync(folder)
      .sort()
      .map((name) => soxFormat(join(folder, name)).seconds)
      .filter((seconds) => seconds > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** sox writes what it has measured to standard error. */
function report(args: readonly string[]): string {
  const { status, stderr, error } = spawnSync('sox', args, { encoding: 'utf8', maxBuffer: 8_000_000 });
  if (status !== 0) throw new Error(`sox failed: ${stderr}`, { cause: error });
  return stderr;
}
