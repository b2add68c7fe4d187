import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';

export interface LoadResult {
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Calls a second that were really made. */
  readonly rate: number;
}

export interface LoadOptions {
  /** `127.0.0.1:5060`. */
  readonly to: string;
  readonly extension: string;
  /** Calls a second. */
  readonly rate: number;
  readonly calls: number;
  /** The address it calls from. Default: 127.0.0.1. */
  readonly from?: string;
  /** After how many seconds it gives up, whatever is left. Default 120. */
  readonly atMost?: number;
}

/** A load of calls by sipp's own caller (`-sn uac`): INVITE, 200, ACK, BYE, 200, with nothing in between. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'load-'));
  const port = await freePort();
  const statistics = join(folder, 'statistics.csv');
  const child = spawn(
    'sipp',
    [
      options.to,
      ...['-sn', 'uac', '-s', options.extension, '-i', options.from ?? '127.0.0.1', '-p', String(port)],
      ...['-r', String(options.rate), '-m', String(options.calls), '-l', '20000'],
      ...[
        '-trace_stat',
        '-stf',
        statistics,
        '-fd',
        '1',
        '-nostdin',
        '-timeout',
        `${options.atMost ?? 120}s`,
        '-recv_timeout',
        '8000',
      ],
    ],
    { stdio: 'ignore', cwd: folder },
  );
  await once(child, 'exit');
  const row = lastRow(readFileSync(statistics, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  return {
    succeeded: Number(row.get('SuccessfulCall(C)')),
    failed: Number(row.get('FailedCall(C)')) + options.calls - Number(row.get('TotalCallCreated')),
    retransmissions: Number(row.get('Retransmissions(C)')),
    rate: Number(row.get('CallRate(C)')),
  };
}

function lastRow(csv: string): Map<string, string> {
  const lines = csv.trim().split('\n');
  const names = (lines[0] ?? '').split(';');
  const values = (lines.at(-1) ?? '').split(';');
  return new Map(names.map((name, index) => [name, values[index] ?? '']));
}
