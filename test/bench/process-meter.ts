import { readFileSync } from 'node:fs';

/** Clock ticks a second of /proc; 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

/** CPU time a process has used so far, milliseconds, user and system. */
export function cpuMilliseconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

/** Memory a process occupies, MiB. */
export function residentMebibytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) / 1_024;
}
