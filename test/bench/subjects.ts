import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Asterisk } from '../support/asterisk/asterisk.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';
import type { HostReply, HostRequest, SeenPicture } from './host-message.js';

/** Something that answers calls and is measured. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly extension: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Our device with rule, activity and virtual output on. */
export interface DeviceSubject extends Subject {
  /** The first pictures of all activities since the last question. */
  pictures(): Promise<readonly SeenPicture[]>;
  /** MiB of heap in use after a full garbage collection. */
  heap(): Promise<number>;
}

/** `BENCH_PROFILE=1` leaves a CPU profile in test-results. `guarded`: the source guard judges this machine's addresses. */
export async function startDevice(options: { readonly guarded?: boolean } = {}): Promise<DeviceSubject> {
  const port = await freePort();
  const child = await startHost(
    'device-host.js',
    port,
    ['--expose-gc', ...(process.env['BENCH_PROFILE'] ? ['--cpu-prof', '--cpu-prof-dir=test-results'] : [])],
    options.guarded === true ? ['guarded'] : [],
  );
  const ask = async <Reply extends HostReply>(question: HostRequest): Promise<Reply> => {
    child.send(question);
    const [reply] = (await once(child, 'message')) as [Reply];
    return reply;
  };
  return {
    name: 'sipsiren',
    port,
    extension: '1001',
    pid: pidOf(child),
    pictures: () => ask<readonly SeenPicture[]>('pictures'),
    heap: () => ask<number>('heap'),
    close: () => stopHost(child),
  };
}

/** What Node itself costs, without any SIP stack. */
export async function startBareNode(): Promise<Subject> {
  const port = await freePort();
  const child = await startHost('bare-node.js', port, []);
  return {
    name: 'bare Node, strings cut and pasted',
    port,
    extension: '1001',
    pid: pidOf(child),
    close: () => stopHost(child),
  };
}

/** sipp's own answering side: what C without a stack costs. */
export async function startSippUas(): Promise<Subject> {
  const port = await freePort();
  const child = spawn('sipp', ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(port), '-nostdin'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  return {
    name: 'sipp -sn uas',
    port,
    extension: '1001',
    pid: pidOf(child),
    close: async () => {
      child.kill('SIGKILL');
      await exited(child);
    },
  };
}

/** Asterisk answering with the fewest features: no authentication, no session timers, Answer and wait. */
export async function startAsterisk(): Promise<Subject & { readonly version: string }> {
  const port = await freePort();
  const extraConfig = ['test/bench/config/pjsip_local.conf', 'test/bench/config/extensions_local.conf'];
  const asterisk = new Asterisk({ port, rtpStart: 30_000, rtpPorts: 4_000, extraConfig });
  await asterisk.start();
  const pid = asterisk.pid;
  if (pid === undefined) throw new Error('Asterisk has no process');
  const { version } = asterisk;
  return { name: 'Asterisk', version, port, extension: '1001', pid, close: () => asterisk.close() };
}

/** A program of this folder in a process of its own, ready when it says so. */
async function startHost(
  program: string,
  port: number,
  execArgv: readonly string[],
  args: readonly string[] = [],
): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, program), [String(port), ...args], {
    execArgv: [...execArgv],
  });
  await once(child, 'message');
  return child;
}

async function stopHost(child: ChildProcess): Promise<void> {
  child.send('stop');
  await exited(child);
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('a measured process did not start');
  return child.pid;
}

async function exited(child: ChildProcess): Promise<void> {
  await until('a measured process to end', () => child.exitCode !== null || child.signalCode !== null);
}
