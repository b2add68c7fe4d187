// `npm run bench`: our device beside bare Node, sipp's answering side and Asterisk, with the same caller, in one
// run. Writes docs/benchmarks.md.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { measureFlooder } from './flooder.js';
import { measure, measureLatency, measureMemory, say } from './measure.js';
import { measureOutputs } from './outputs.js';
import { parserCosts } from './parser.js';
import { measureRegistrations } from './registrations.js';
import { report, type Figures, type LatencyFigures } from './report.js';
import { measureRtp, type RtpFigures } from './rtp.js';
import { ruleFigures } from './rules.js';
import { runLoad } from './sipp-load.js';
import { srtpCosts } from './srtp.js';
import {
  startAsterisk,
  startBareNode,
  startBaresip,
  startDevice,
  startSippUas,
  type Subject,
} from './subjects.js';

const RATE = 1_000;
/** What Asterisk is measured with: more than it can take would be unfair. */
const ASTERISK = { rate: 100, calls: 1_000 };

const load = loadavg()[0] ?? 0;
say('parser, rules and encryption');
const parser = parserCosts();
const rules = await ruleFigures();
const srtp = srtpCosts();

say('outputs');
const outputs = await measureOutputs();

say('a thousand accounts');
const registrations = await measureRegistrations();

say('one flooder beside others');
const flooded = await measureFlooder();

say('calls with audio');
const rtp = [
  await audioOf(await startDevice()),
  await audioOf({ ...(await startAsterisk()), extension: '1003' }),
  await audioOf(await startBaresip()),
];

const figures: Figures[] = [];
const latencies: LatencyFigures[] = [];
let asteriskVersion = '';

figures.push(await measureAndClose(await startDevice(), { rate: RATE }));
// A device of its own: the search for the highest rate leaves calls behind whose caller gave up.
const device = await startDevice();
const memory = await (async () => {
  const to = `127.0.0.1:${device.port}`;
  try {
    for (const rate of [200, 500, 1_000]) await runLoad({ to, extension: '1001', rate, calls: rate * 3 });
    latencies.push(await measureLatency(device, '200 calls a second'));
    // The flood dials an extension that no rule waits for, so that every picture belongs to a measured call.
    const flood = runLoad({ to, extension: '9999', rate: 1_000, calls: 12_000 });
    latencies.push(await measureLatency(device, '200 calls a second, while 1,000 others a second come in'));
    await flood;
    const rate = Math.min(2_000, Math.max(800, 0.75 * (figures[0]?.highestCleanRate ?? 0)));
    return await measureMemory(device, { rate, calls: 100_000 }, [measureSmallPeers, measureAsterisk]);
  } finally {
    await device.close();
  }
})();

async function measureSmallPeers(): Promise<void> {
  figures.push(await measureAndClose(await startBareNode(), { rate: RATE }));
  figures.push(await measureAndClose(await startSippUas(), { rate: RATE }));
}

async function measureAsterisk(): Promise<void> {
  const asterisk = await startAsterisk();
  asteriskVersion = asterisk.version;
  figures.push(await measureAndClose(asterisk, ASTERISK));
}

async function audioOf(subject: Subject): Promise<RtpFigures> {
  try {
    return await measureRtp(subject);
  } finally {
    await subject.close();
  }
}

async function measureAndClose(
  subject: Subject,
  options: { readonly rate: number; readonly calls?: number },
): Promise<Figures> {
  try {
    return await measure(subject, options);
  } finally {
    await subject.close();
  }
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
writeFileSync(
  'docs/benchmarks.md',
  report({
    figures,
    latencies,
    memory,
    parser,
    rules,
    srtp,
    outputs,
    rtp,
    registrations,
    flooded,
    machine,
    commit,
    asterisk: asteriskVersion,
    load,
  }),
);
say('docs/benchmarks.md is written');
