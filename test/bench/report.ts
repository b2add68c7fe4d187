/** What was measured of one process that answers calls. */
export interface Figures {
  readonly name: string;
  /** Calls a second at which the CPU was measured. */
  readonly rate: number;
  /** Milliseconds, user and system. */
  readonly cpuPerCall: number;
  readonly highestCleanRate: number;
  /** MiB resident after the load. */
  readonly memory: number;
}

/** From INVITE to the first picture of its profile, milliseconds. */
export interface LatencyFigures {
  readonly name: string;
  readonly calls: number;
  readonly answered: number;
  readonly p50: number;
  readonly p99: number;
}

export interface ReportInput {
  readonly figures: readonly Figures[];
  readonly latencies: readonly LatencyFigures[];
  readonly machine: string;
  readonly commit: string;
  readonly asterisk: string;
}

/** docs/benchmarks.md. */
export function report({ figures, latencies, machine, commit, asterisk }: ReportInput): string {
  const own = figures[0]?.cpuPerCall ?? Number.NaN;
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`; do not edit. All processes ran one after the other in one run, on one machine, called',
    'by the same sipp over UDP on loopback: INVITE, 200, ACK, BYE, 200. sipsiren had a rule, an activity and the virtual',
    'output on, and opened media for each call. Ratios are worth more than figures: machines differ.',
    '',
    `Machine: ${machine}. Commit ${commit}. Asterisk ${asterisk}.`,
    '',
    '| answers calls | CPU per call | ratio to sipsiren | measured at | highest clean rate | memory after it |',
    '|---|---|---|---|---|---|',
    ...figures.map(
      (one) =>
        `| ${one.name} | ${one.cpuPerCall.toFixed(3)} ms | ${(one.cpuPerCall / own).toFixed(2)} | ${one.rate} calls/s | ${one.highestCleanRate} calls/s | ${one.memory.toFixed(0)} MiB |`,
    ),
    '',
    'Clean: no call failed and nothing was sent twice. The caller runs on the same machine and takes its share.',
    '',
    '| INVITE to the first picture of its profile | calls | answered | p50 | p99 |',
    '|---|---|---|---|---|',
    ...latencies.map(
      (one) => `| ${one.name} | ${one.calls} | ${one.answered} | ${one.p50.toFixed(2)} ms | ${one.p99.toFixed(2)} ms |`,
    ),
    '',
  ].join('\n');
}
