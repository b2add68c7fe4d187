import type { OutputFigures } from './outputs.js';
import type { Cost } from './parser.js';
import type { RegistrationFigures } from './registrations.js';
import { shareLost, type RtpFigures } from './rtp.js';
import { ruleSection } from './rule-section.js';
import type { RuleFigures } from './rules.js';
import type { SrtpCost } from './srtp.js';

/** What was measured of one process that answers calls. */
export interface Figures {
  readonly name: string;
  /** Calls a second at which the CPU was measured. */
  readonly rate: number;
  /** Calls that failed meanwhile; none where the machine had time. */
  readonly failed: number;
  /** Milliseconds, user and system, of a call that succeeded. */
  readonly cpuPerCall: number;
  readonly highestCleanRate: number;
  /** MiB resident after the load. */
  readonly memory: number;
}

/** From INVITE to the first picture of its profile, milliseconds. */
export interface LatencyFigures {
  readonly name: string;
  readonly calls: number;
  readonly pictures: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** What calls leave behind, MiB. */
export interface MemoryFigures {
  readonly calls: number;
  /** Calls a second. */
  readonly rate: number;
  readonly failed: number;
  /** Heap in use after garbage collection, before and after the calls. */
  readonly before: number;
  readonly after: number;
  /** Of the whole process, right after the calls and when the last transaction was over. */
  readonly resident: number;
  readonly residentAfter: number;
}

export interface ReportInput {
  readonly figures: readonly Figures[];
  readonly latencies: readonly LatencyFigures[];
  readonly memory: MemoryFigures;
  readonly parser: readonly Cost[];
  readonly rules: RuleFigures;
  readonly srtp: readonly SrtpCost[];
  readonly outputs: OutputFigures;
  readonly rtp: readonly RtpFigures[];
  readonly registrations: RegistrationFigures;
  readonly flooded: readonly LatencyFigures[];
  readonly machine: string;
  readonly commit: string;
  readonly asterisk: string;
  /** Programs that wanted a core before the run began, a minute's average. */
  readonly load: number;
}

/** What a CPU profile of the device shows, by hand: `BENCH_PROFILE=1 npm run bench` leaves one in test-results. */
const PROFILE = `- The system. Sending two responses, the audio of a short call and its RTCP goodbye takes 20 to 30 % of the busy
  time; Node sends one datagram at a time. A wake-up for a single message costs more than the message: bare Node
  needs more than twice the CPU per call at 500 calls a second than at 2,000.
- Garbage collection: 15 to 18 %. A call makes about 16 KB that outlive a young collection.
- Reading. Three SIP messages take about 14 %, a session description 7 %; most of the latter is sdp-transform.
- What the device is for, from the event to the picture, rules included, takes 5 %.
- Audio is 50 packets a second and call. Where the machine cannot keep up, the audio of calls that wait for their
  BYE takes the time that answering needs; the limit of concurrent calls (here 1,000) bounds that. A caller that
  vanishes in an overload leaves its call behind, which goes on sending.`;

/** docs/benchmarks.md. */
export function report(input: ReportInput): string {
  const { machine, commit, asterisk, load } = input;
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`; do not edit. All ran one after the other in one run, on one machine, called by the',
    'same sipp over UDP on loopback: INVITE, 200, ACK, BYE, 200. sipsiren had a rule, an activity and the virtual',
    'output on, and opened ports and sent RTP for each call. Ratios are worth more than figures: machines differ.',
    '',
    `Machine: ${machine}, where others wanted ${load.toFixed(1)} cores before the run. Commit ${commit}. Asterisk ${asterisk}.`,
    '',
    '## CPU and rate',
    '',
    ...answerers(input.figures),
    '',
    'Clean: no call failed, nothing was sent twice, and the caller reached the rate. It runs on the same machine and',
    'takes its share of it.',
    '',
    '## From INVITE to picture',
    '',
    ...table(
      ['load', 'calls', 'pictures', 'p50', 'p99', 'longest'],
      input.latencies.map(({ name, calls, pictures, p50, p99, longest }) => [
        name,
        count(calls),
        count(pictures),
        `${p50.toFixed(2)} ms`,
        `${p99.toFixed(2)} ms`,
        `${longest.toFixed(2)} ms`,
      ]),
    ),
    '',
    'Each call starts a profile, and its first picture is known by the caller.',
    '',
    '## One flooder beside others',
    '',
    ...flooded(input.flooded),
    '',
    '## Memory',
    '',
    remembered(input.memory),
    '',
    '## Parser',
    '',
    ...table(
      ['in one process, without sockets', 'CPU'],
      [...input.parser.map(({ what, microseconds }) => [what, `${microseconds.toFixed(2)} µs`])],
    ),
    '',
    '## Rules',
    '',
    ...ruleSection(input.rules, { table, count }),
    '',
    '## Outputs',
    '',
    ...outputsOf(input.outputs),
    '',
    '## Accounts',
    '',
    registered(input.registrations),
    '',
    '## Calls with audio',
    '',
    ...table(
      ['RTP in both directions', 'calls', 'CPU of a call', 'with more of them'],
      input.rtp.map(({ subject, calls, corePerCall, beyond }) => [
        subject,
        count(calls),
        `${(corePerCall * 100).toFixed(2)} % of a core`,
        beyond === undefined
          ? ''
          : `${count(beyond.calls)}: ${(shareLost(beyond) * 100).toFixed(1)} % lost or late`,
      ]),
    ),
    '',
    'The most calls at which no more than 1 % of the packets were lost, or more than 40 ms late, in either direction:',
    '20 ms of G.711 in each, the caller on the same machine. sipsiren sends its own audio, Asterisk echoes,',
    'baresip sends a file and plays what it hears into nothing.',
    '',
    '## Encryption of audio',
    '',
    ...table(
      ['SRTP, in one process, without sockets', 'protect a packet', 'open a packet', 'new keys', 'a call'],
      input.srtp.map(({ suite, protect, open, keys, share }) => [
        suite,
        `${protect.toFixed(2)} µs`,
        `${open.toFixed(2)} µs`,
        `${keys.toFixed(0)} µs`,
        `${(share * 100).toFixed(3)} % of a core`,
      ]),
    ),
    '',
    'A packet is 20 ms of G.711; a call is 50 of them a second each way.',
    '',
    '## What stands in the way',
    '',
    PROFILE,
    '',
  ].join('\n');
}

function outputsOf({ delays, alarm, changes }: OutputFigures): string[] {
  return [
    ...table(
      ['from the start of a profile to what comes out first', 'p50', 'longest'],
      delays.map(({ output, p50, longest }) => [output, `${p50.toFixed(1)} ms`, `${longest.toFixed(1)} ms`]),
    ),
    '',
    `An hour's alarm on all of them takes ${alarm.cpuSecondsAnHour.toFixed(0)} s of CPU: measured for ${alarm.seconds} s and scaled,`,
    'the programs that play and hold a line not counted, the listeners at the other end counted.',
    '',
    `${changes.activities} activities that change ${count(changes.perSecond)} times a second below an alarm: of ${changes.frames} frames of its moving`,
    `pattern ${changes.late} came more than 20 ms late, the latest by ${changes.longestLateness.toFixed(0)} ms.`,
  ];
}

function answerers(figures: readonly Figures[]): string[] {
  const own = figures[0]?.cpuPerCall ?? Number.NaN;
  return table(
    [
      'answers calls',
      'CPU per call',
      'ratio to sipsiren',
      'measured at',
      'highest clean rate',
      'memory after it',
    ],
    figures.map(({ name, cpuPerCall, rate, failed, highestCleanRate, memory }) => [
      name,
      `${cpuPerCall.toFixed(3)} ms`,
      (cpuPerCall / own).toFixed(2),
      `${count(rate)} calls/s${failed === 0 ? '' : `, ${count(failed)} failed`}`,
      `${count(highestCleanRate)} calls/s`,
      `${memory.toFixed(0)} MiB`,
    ]),
  );
}

function flooded(figures: readonly LatencyFigures[]): string[] {
  return [
    ...table(
      ['50 calls a second of others', 'calls', 'shown', 'p50', 'p99'],
      figures.map(({ name, calls, pictures, p50, p99 }) => [
        name,
        count(calls),
        `${((100 * pictures) / calls).toFixed(1)} %`,
        `${p50.toFixed(2)} ms`,
        `${p99.toFixed(2)} ms`,
      ]),
    ),
    '',
    'Nothing was sent twice for the others: what is not shown got no answer, or 503. The flooder is a whole SIP stack with an',
    'address of its own, so that the source guard can block it ([source-guard.md](source-guard.md)).',
  ];
}

function remembered({ calls, rate, failed, before, after, resident, residentAfter }: MemoryFigures): string {
  return [
    `${count(calls)} calls at ${count(rate)} a second (${count(failed)} failed) leave ${(after - before).toFixed(1)} MiB:`,
    `heap in use ${before.toFixed(1)} MiB before and ${after.toFixed(1)} MiB after, each after a garbage collection and when`,
    `no transaction lingered any more. Resident ${resident.toFixed(0)} MiB at the end of the load, when the transactions of`,
    `32 seconds were in memory, ${residentAfter.toFixed(0)} MiB after that.`,
  ].join('\n');
}

function registered(figures: RegistrationFigures): string {
  const { accounts, registeredIn, cpuPerAccount, refreshedIn, cpuPerRefresh, heapPerAccount, resident } =
    figures;
  return [
    `${count(accounts)} accounts of one device at one Kamailio, over UDP with digest authentication: all registered after`,
    `${(registeredIn / 1_000).toFixed(1)} s, with ${cpuPerAccount.toFixed(2)} ms of CPU each; asked to refresh all at once, they were done`,
    `after ${(refreshedIn / 1_000).toFixed(1)} s, with ${cpuPerRefresh.toFixed(2)} ms each. The device paces them on purpose, to 200 a second. An account`,
    `takes ${heapPerAccount.toFixed(0)} KiB of heap; the whole process is ${resident.toFixed(0)} MiB.`,
  ].join('\n');
}

/** Columns are padded as the formatter pads them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function count(value: number): string {
  return value.toLocaleString('en');
}
