import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuMilliseconds } from './process-meter.js';
import type { Subject } from './subjects.js';

/** What one load of calls with audio came to. */
export interface RtpLoad {
  readonly calls: number;
  /** Packets that the subject had to send while they were counted. */
  readonly expected: number;
  readonly missing: number;
  /** Packets more than 40 ms behind the fastest of their call. */
  readonly late: number;
  /** Packets that the subject says, by RTCP, it did not get. */
  readonly lostThere: number;
  /** How busy the caller's own core was, 1 for wholly. */
  readonly load: number;
}

/** How many calls with RTP in both directions a subject bears. */
export interface RtpFigures {
  readonly subject: string;
  /** The most calls at which no more than 1 % of the packets were lost or late. */
  readonly calls: number;
  /** What is wrong at the next higher number; undefined where the highest number tried was borne. */
  readonly beyond: RtpLoad | undefined;
  /** Share of a core for each call, at that number. */
  readonly corePerCall: number;
}

/** Calls that are tried, ascending. */
const STEPS = [100, 200, 300, 400, 500, 600, 800, 1_000] as const;
const MOST_LOST = 0.01;
/** Milliseconds for calls to be gone before the next load. */
const REST = 3_000;

/** Ever more calls, until more than 1 % of the packets are lost or late. */
export async function measureRtp(subject: Subject): Promise<RtpFigures> {
  const best = { calls: 0, corePerCall: 0 };
  for (const calls of STEPS) {
    const before = cpuMilliseconds(subject.pid);
    const startedAt = performance.now();
    const load = await runRtpLoad(subject, calls);
    const share = (cpuMilliseconds(subject.pid) - before) / (performance.now() - startedAt);
    if (load === undefined || shareLost(load) > MOST_LOST) {
      return { subject: subject.name, ...best, beyond: load };
    }
    Object.assign(best, { calls, corePerCall: share / calls });
    await new Promise((resume) => setTimeout(resume, REST));
  }
  return { subject: subject.name, ...best, beyond: undefined };
}

/** The larger share of the two directions, of what was lost or late. */
export function shareLost({ expected, missing, late, lostThere }: RtpLoad): number {
  return Math.max(missing + late, lostThere) / expected;
}

/** One load, by a process of its own; undefined where the calls could not be set up. */
async function runRtpLoad(subject: Subject, calls: number): Promise<RtpLoad | undefined> {
  const args = [String(subject.port), subject.extension, String(calls)];
  const child = fork(join(import.meta.dirname, 'rtp-load.js'), args);
  const exited = once(child, 'exit');
  const told = once(child, 'message').then(([load]) => load as RtpLoad);
  const load = await Promise.race([told, exited.then(() => undefined)]);
  await exited;
  return load;
}
