import { callerOf, callSteadily, percentile } from './latency.js';
import { cpuMilliseconds, residentMebibytes } from './process-meter.js';
import type { Figures, LatencyFigures, MemoryFigures } from './report.js';
import { runLoad, type LoadResult } from './sipp-load.js';
import type { DeviceSubject, Subject } from './subjects.js';

/** Rates that are tried one after the other until calls fail, calls a second. */
const RATES = [100, 200, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 5_000];
const SECONDS_PER_RATE = 3;
const MEASURED_CALLS = 5_000;
/** Shares of the rate and of the calls to be measured that come before. */
const WARM_UP = [0.2, 0.5, 1, 1];
/** What sipp really reached must not be below this share of what it was asked for. */
const REACHED = 0.95;

export const say = (line: string) => console.log(`> ${line}`);

/** CPU time per call at one rate, and the highest rate at which all is well. */
export async function measure(
  subject: Subject,
  { rate, calls = MEASURED_CALLS }: { readonly rate: number; readonly calls?: number },
): Promise<Figures> {
  // The code of a Node program is compiled while it runs; a PBX fills its pools.
  for (const share of WARM_UP) await load(subject, rate * share, calls * share);
  const before = cpuMilliseconds(subject.pid);
  const { succeeded, failed } = await load(subject, rate, calls);
  const cpuPerCall = (cpuMilliseconds(subject.pid) - before) / succeeded;
  say(
    `${subject.name}: ${cpuPerCall.toFixed(3)} ms of CPU a call at ${rate} calls a second, ${failed} failed`,
  );
  const highestCleanRate = await findHighestCleanRate(subject, rate);
  const memory = residentMebibytes(subject.pid);
  return { name: subject.name, rate, failed, cpuPerCall, highestCleanRate, memory };
}

/** The highest rate at which no call failed and nothing had to be sent twice. */
async function findHighestCleanRate(subject: Subject, from: number): Promise<number> {
  let clean = 0;
  for (const rate of RATES.filter((other) => other >= from)) {
    const result = await load(subject, rate, rate * SECONDS_PER_RATE);
    const { failed, retransmissions, rate: reached } = result;
    const isClean = failed === 0 && retransmissions === 0 && reached >= REACHED * rate;
    const trouble = `${failed} failed, ${retransmissions} sent again, ${reached.toFixed(0)} a second reached`;
    say(`${subject.name}: ${rate} calls a second ${isClean ? 'clean' : `not clean (${trouble})`}`);
    if (!isClean) break;
    clean = rate;
  }
  return clean;
}

function load({ port, extension }: Subject, rate: number, calls: number): Promise<LoadResult> {
  return runLoad({ to: `127.0.0.1:${port}`, extension, rate, calls });
}

/** From INVITE to the first picture of its profile. A call without a picture makes the whole run a failure. */
export async function measureLatency(device: DeviceSubject, name: string): Promise<LatencyFigures> {
  const figures = await measureDelays(device, name, { rate: 200, calls: 2_000 });
  if (figures.pictures !== figures.calls) {
    say(`${name}: ${figures.calls} calls, but ${figures.pictures} pictures`);
    process.exitCode = 1;
  }
  return figures;
}

/** The same for calls of which some may be lost. */
export async function measureDelays(
  device: DeviceSubject,
  name: string,
  load: { readonly rate: number; readonly calls: number; readonly from?: string },
): Promise<LatencyFigures> {
  await device.pictures();
  const { sentAt } = await callSteadily({ to: { address: '127.0.0.1', port: device.port }, ...load });
  const pictures = await device.pictures();
  const shownAt = new Map(pictures.map(({ at, caller }) => [caller, at]));
  const delays = sentAt.flatMap((sent, index) => {
    const shown = shownAt.get(callerOf(index));
    return shown === undefined ? [] : [shown - sent];
  });
  const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
  say(`INVITE to picture, ${name}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  return { name, calls: sentAt.length, pictures: delays.length, p50, p99, longest: Math.max(...delays) };
}

/** Above this share of failed calls a load shows nothing about calls. */
const FAILED_AT_MOST = 0.01;
/** How long transactions stay after their call: 64*T1 and a tick (RFC 3261 section 17). */
const LINGERING_MS = 33_000;

/**
 * What calls leave behind in memory. Between load and measurement `meanwhile` has the machine to itself, and
 * the transactions time to end.
 */
export async function measureMemory(
  device: DeviceSubject,
  options: { readonly rate: number; readonly calls: number },
  meanwhile: readonly [() => Promise<void>, () => Promise<void>],
): Promise<MemoryFigures> {
  const [first, second] = meanwhile;
  await atLeast(LINGERING_MS, first);
  const before = await device.heap();
  const { failed } = await load(device, options.rate, options.calls);
  const resident = residentMebibytes(device.pid);
  await atLeast(LINGERING_MS, second);
  const after = await device.heap();
  if (failed > FAILED_AT_MOST * options.calls) {
    say(`memory: ${failed} of ${options.calls} calls failed, so it says little`);
    process.exitCode = 1;
  }
  say(`memory: heap ${before.toFixed(1)} MiB, ${after.toFixed(1)} MiB ${options.calls} calls later`);
  return { ...options, failed, before, after, resident, residentAfter: residentMebibytes(device.pid) };
}

async function atLeast(milliseconds: number, work: () => Promise<void>): Promise<void> {
  const pause = new Promise((resume) => setTimeout(resume, milliseconds));
  await work();
  await pause;
}
