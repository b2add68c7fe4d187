// `npm run bench`: our device beside sipp's answering side and Asterisk, with the same caller, in one run.
// Writes docs/benchmarks.md.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { callSteadily, percentile } from './latency.js';
import { cpuMilliseconds, residentMebibytes } from './process-meter.js';
import { report, type Figures, type LatencyFigures } from './report.js';
import { runLoad } from './sipp-load.js';
import { startAsterisk, startDevice, startSippUas, type DeviceSubject, type Subject } from './subjects.js';

/** Rates that are tried one after the other until calls fail, calls a second. */
const RATES = [200, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 5_000];
const SECONDS_PER_RATE = 4;
const MEASURED_CALLS = 5_000;

const say = (line: string) => console.log(`> ${line}`);

async function measure(subject: Subject, rate: number): Promise<Figures> {
  const to = `127.0.0.1:${subject.port}`;
  await runLoad({ to, extension: subject.extension, rate: rate / 2, calls: rate });
  const before = cpuMilliseconds(subject.pid);
  const load = await runLoad({ to, extension: subject.extension, rate, calls: MEASURED_CALLS });
  const cpuPerCall = (cpuMilliseconds(subject.pid) - before) / MEASURED_CALLS;
  say(`${subject.name}: ${cpuPerCall.toFixed(3)} ms of CPU a call at ${rate} calls a second (${load.failed} failed)`);
  const highestCleanRate = await findHighestCleanRate(subject, to);
  return { name: subject.name, rate, cpuPerCall, highestCleanRate, memory: residentMebibytes(subject.pid) };
}

/** The highest rate at which no call failed and nothing had to be sent twice. */
async function findHighestCleanRate(subject: Subject, to: string): Promise<number> {
  let clean = 0;
  for (const rate of RATES) {
    const load = await runLoad({ to, extension: subject.extension, rate, calls: rate * SECONDS_PER_RATE });
    const isClean = load.failed === 0 && load.retransmissions === 0;
    say(
      `${subject.name}: ${rate} calls a second ${isClean ? 'clean' : `not clean (${load.failed} failed, ${load.retransmissions} sent again)`}`,
    );
    if (!isClean) break;
    clean = rate;
  }
  return clean;
}

/** From INVITE to the first picture: the pictures come out in the order of the calls. */
async function measureLatency(device: DeviceSubject, name: string): Promise<LatencyFigures> {
  await device.pictureTimes();
  const { sentAt, answered } = await callSteadily({
    to: { address: '127.0.0.1', port: device.port },
    rate: 200,
    calls: 2_000,
  });
  const shownAt = await device.pictureTimes();
  const delays = sentAt.map((sent, index) => (shownAt[index] ?? Number.NaN) - sent);
  return { name, calls: sentAt.length, answered, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) };
}

const figures: Figures[] = [];
const latencies: LatencyFigures[] = [];

const device = await startDevice();
try {
  figures.push(await measure(device, 500));
  latencies.push(await measureLatency(device, '200 calls a second'));
  // The flood dials an extension that no rule waits for, so that every picture belongs to a measured call.
  const flood = runLoad({ to: `127.0.0.1:${device.port}`, extension: '9999', rate: 1_000, calls: 12_000 });
  latencies.push(await measureLatency(device, '200 calls a second during a flood of 1,000 a second'));
  await flood;
} finally {
  await device.close();
}
const sipp = await startSippUas();
try {
  figures.push(await measure(sipp, 500));
} finally {
  await sipp.close();
}
const asterisk = await startAsterisk();
try {
  figures.push(await measure(asterisk, 100));
} finally {
  await asterisk.close();
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
writeFileSync('docs/benchmarks.md', report({ figures, latencies, machine, commit, asterisk: asterisk.version }));
say('docs/benchmarks.md is written');
