import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Asterisk } from '../support/asterisk/asterisk.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';
import { writeWav } from '../support/wav.js';
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

const VOICE_RATE = 8_000;

/** baresip, a softphone in C, without a sound card: it answers everybody, sends a file and plays into nothing. */
export async function startBaresip(): Promise<Subject> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-baresip-'));
  const voice = join(folder, 'voice.wav');
  // It must outlast every call: baresip hangs up when it ends.
  writeFileSync(voice, writeWav(new Float64Array(60 * VOICE_RATE).fill(0.1), VOICE_RATE));
  const modules = ['g711', 'aufile', 'aubridge', 'account', 'menu'].map((name) => `module ${name}.so`);
  const settings = [
    ...[`sip_listen 127.0.0.1:${port}`, 'net_interface 127.0.0.1', 'rtp_ports 40000-60000'],
    ...['call_max_calls 5000', 'call_local_timeout 120', 'module_path /usr/lib/baresip/modules', ...modules],
    ...[
      `audio_source aufile,${voice}`,
      'audio_player aubridge,nothing',
      'ausrc_srate 8000',
      'auplay_srate 8000',
    ],
  ];
  writeFileSync(join(folder, 'config'), settings.join('\n'));
  const account = '<sip:1001@127.0.0.1>;regint=0;answermode=auto;audio_codecs=PCMU/8000,PCMA/8000\n';
  writeFileSync(join(folder, 'accounts'), account);
  const child = spawn('baresip', ['-f', folder], { stdio: 'ignore' });
  // It listens for TCP at the same port, and says nothing of being ready into a pipe.
  await until('baresip to be ready', () => canConnect(port));
  const close = async () => {
    child.kill('SIGKILL');
    await exited(child);
    rmSync(folder, { recursive: true, force: true });
  };
  return { name: 'baresip', port, extension: '1001', pid: pidOf(child), close };
}

function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
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
