import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../support/free-port.js';
import { SipsirenDevice, SipsirenProcess } from '../../support/sipsiren-process.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { WireCall } from '../../support/wire-call.js';

/** A call that is placed this long after the program was spawned must have been answered. */
const FIRST_ANSWER_MS = 1_000;
const FIRST_ANSWER_ATTEMPTS = 4;

const closing: (() => Promise<unknown>)[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]): SipsirenProcess {
  const program = new SipsirenProcess(args);
  closing.push(() => program.kill());
  return program;
}

async function peerOf(port: number): Promise<UdpPeer> {
  const peer = await UdpPeer.open(port);
  closing.push(() => peer.close());
  return peer;
}

/**
 * From the spawning of the program to the 200 of a call, in milliseconds, less the time in which the program could
 * run and the machine had given its processors to others.
 */
async function timeToFirstAnswer(): Promise<number> {
  const sipPort = await freePort();
  const peer = await peerOf(sipPort);
  const device = await SipsirenDevice.spawn({ sipPort });
  closing.push(() => device.remove());
  const call = new WireCall(peer, '1001');
  await call.invite();
  // A caller who is early hears nothing and tries again; here often, to see the first moment.
  const attempt = setInterval(() => void call.inviteAgain(), 10);
  const answer = await call.final('INVITE').finally(() => clearInterval(attempt));
  const elapsed = performance.now() - device.process.spawnedAt - waitedForProcessor(device.process.pid);
  expect(answer.status).toBe(200);
  await call.ack();
  await call.bye();
  return elapsed;
}

/** What Linux counts in nanoseconds for the main thread of a program; elsewhere, nothing. */
function waitedForProcessor(pid: number): number {
  const path = `/proc/${pid}/schedstat`;
  if (!existsSync(path)) return 0;
  return Number(readFileSync(path, 'utf8').split(' ')[1]) / 1e6;
}

describe('sipsiren start --demo', () => {
  it('says where the page is and what to dial, and the page answers there', async () => {
    const device = await SipsirenDevice.start();
    closing.push(() => device.remove());
    expect(await device.process.line(/^ {2}Page/)).toMatch(/^ {2}Page {2}http:\/\/127\.0\.0\.1:\d+\/$/);
    const dial = `sip:1001@127.0.0.1:${device.sipPort}`;
    expect(await device.process.line(/sip:1001@/)).toBe(`  Call  ${dial}  Evacuation`);
    expect(await device.process.line(/sip:1002@/)).toMatch(/ {2}Doorbell$/);
    expect(await device.api('GET', '/status')).toMatchObject({ status: 200, body: { light: [], calls: [] } });
  });

  it(`answers its first call within ${FIRST_ANSWER_MS} ms of being started`, async () => {
    const times: number[] = [];
    // The machine may be busy with other things just then: the best of some attempts is what the program needs.
    while (times.length < FIRST_ANSWER_ATTEMPTS && !times.some((time) => time < FIRST_ANSWER_MS)) {
      times.push(await timeToFirstAnswer());
    }
    const shown = times.map((time) => `${time.toFixed(0)} ms`).join(', ');
    process.stderr.write(`first call answered after ${shown}\n`);
    expect(Math.min(...times)).toBeLessThan(FIRST_ANSWER_MS);
  });

  it('ends by itself with 0 on Ctrl-C and on SIGTERM, and what it was told stays in its folder', async () => {
    const sipPort = await freePort();
    const first = await SipsirenDevice.start({ folder, sipPort });
    closing.push(() => first.process.kill());
    expect(await first.stop()).toBe(0);
    const second = run('start', '--data', folder, '--http-port', '0');
    await second.line(new RegExp(`sip:1001@127\\.0\\.0\\.1:${sipPort} `));
    second.signal('SIGTERM');
    expect(await second.ended()).toBe(0);
  });
});

describe('sipsiren start', () => {
  it('takes no calls in a new folder without --demo, and says what to turn on', async () => {
    const program = run('start', '--data', join(folder, 'new'), '--http-port', '0');
    expect(await program.line(/Calls are not taken/)).toMatch(/Enable SIP and Allow incoming calls/);
    program.signal('SIGINT');
    expect(await program.ended()).toBe(0);
  });

  it('says in one line which port is taken and what to do, and ends with 1', async () => {
    const device = await SipsirenDevice.start();
    closing.push(() => device.remove());
    const second = run(
      'start',
      '--demo',
      '--data',
      folder,
      '--sip-port',
      `${device.sipPort}`,
      '--sip-address',
      '127.0.0.1',
      '--http-port',
      '0',
    );
    expect(await second.ended()).toBe(1);
    expect(second.errors.all).toEqual([
      expect.stringMatching(new RegExp(`SIP port ${device.sipPort} is taken.*--sip-port`)),
    ]);
    expect(second.output.all.filter((line) => line.includes('is ready'))).toEqual([]);
  });

  it('keeps a second one, and a reset, from its data folder, but not after a crash', async () => {
    const device = await SipsirenDevice.start({ folder });
    closing.push(() => device.process.kill());
    const config = readFileSync(join(folder, 'config.json'), 'utf8');
    const refusal = expect.stringMatching(
      `data folder ${folder} is in use by process ${device.process.pid};`,
    );
    const second = run('start', '--data', folder, '--sip-port', String(await freePort()), '--http-port', '0');
    expect(await second.ended()).toBe(1);
    expect(second.errors.all).toEqual([refusal]);
    const reset = run('reset', '--data', folder);
    expect(await reset.ended()).toBe(1);
    expect(reset.output.all).toEqual([refusal]);
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe(config);
    await device.process.kill();
    const next = await SipsirenDevice.start({ folder });
    closing.push(() => next.process.kill());
    next.process.signal('SIGTERM');
    expect(await next.process.ended()).toBe(0);
    const after = run('reset', '--data', folder);
    expect(await after.ended()).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names --http-port where the port of the page is taken, and ends with 1', async () => {
    const device = await SipsirenDevice.start();
    closing.push(() => device.remove());
    const { port } = new URL(await device.url());
    const second = run(
      'start',
      '--demo',
      '--data',
      folder,
      '--sip-port',
      `${await freePort()}`,
      '--sip-address',
      '127.0.0.1',
      '--http-port',
      port,
    );
    expect(await second.ended()).toBe(1);
    expect(second.errors.all).toEqual([expect.stringContaining('--http-port')]);
  });

  it.each([
    ['--sip-port', '80'],
    ['--sip-address', 'everywhere'],
  ])('refuses %s %s with 2 and names the option', async (option, value) => {
    const program = run('start', '--data', folder, `${option}=${value}`);
    expect(await program.ended()).toBe(2);
    expect(program.errors.all[0]).toContain(option);
  });
});

describe('sipsiren', () => {
  it.each([[['sing']], [[]]])('refuses %j with 2 and points to the help', async (args) => {
    const program = run(...args);
    expect(await program.ended()).toBe(2);
    expect(program.errors.all.join('\n')).toMatch(/--help|Usage: sipsiren/);
  });

  it('tells its version and its commands with 0', async () => {
    const [version, help] = [run('--version'), run('--help')];
    expect([await version.ended(), await help.ended()]).toEqual([0, 0]);
    expect(version.output.all[0]).toMatch(/^\d+\.\d+\.\d+$/);
    for (const command of ['start', 'check', 'call']) {
      expect(help.output.all.join('\n')).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });
});
