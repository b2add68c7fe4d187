import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Asterisk } from '../support/asterisk/asterisk.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

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
  /** When each picture came out since the last question, milliseconds of the machine's clock. */
  pictureTimes(): Promise<number[]>;
}

export async function startDevice(): Promise<DeviceSubject> {
  const port = await freePort();
  const child = fork(join(import.meta.dirname, 'device-host.js'), [String(port)], {
    execArgv: process.env['BENCH_PROFILE'] ? ['--cpu-prof', '--cpu-prof-dir=test-results'] : [],
  });
  await once(child, 'message');
  return {
    name: 'sipsiren',
    port,
    extension: '1001',
    pid: child.pid!,
    pictureTimes: async () => {
      child.send('times');
      const [times] = (await once(child, 'message')) as [number[]];
      return times;
    },
    close: async () => {
      child.send('stop');
      await exited(child);
    },
  };
}

/** sipp's own answering side: what plain C costs. */
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
    pid: child.pid!,
    close: async () => {
      child.kill('SIGKILL');
      await exited(child);
    },
  };
}

/** Asterisk answering with the fewest features: no authentication, no session timers, Answer and wait. */
export async function startAsterisk(): Promise<Subject & { readonly version: string }> {
  const port = await freePort();
  const asterisk = new Asterisk({ port, rtpStart: 30_000, extraConfig: ['test/bench/config/pjsip_local.conf', 'test/bench/config/extensions_local.conf'] });
  await asterisk.start();
  const pid = asterisk.pid;
  if (pid === undefined) throw new Error('Asterisk has no process');
  return { name: 'Asterisk', version: asterisk.version, port, extension: '1001', pid, close: () => asterisk.close() };
}

async function exited(child: ChildProcess): Promise<void> {
  await until('a measured process to end', () => child.exitCode !== null || child.signalCode !== null);
}
