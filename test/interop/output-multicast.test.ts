import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NetworkCable } from '../support/network-cable.js';
import { SipsirenProcess } from '../support/sipsiren-process.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';

const GROUP = '239.255.71.9';
const PORT = 5_004;
const RATE = 8_000;

let cable: NetworkCable;
let folder: string;
let siren: SipsirenProcess;
let loudspeaker: ChildProcess | undefined;

beforeEach(async () => {
  cable = new NetworkCable();
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-multicast-'));
  const args = ['start', '--demo', '--data', join(folder, 'data'), '--http-port', '8080'];
  siren = new SipsirenProcess(args, [], cable.near.through);
  await siren.line(/127\.0\.0\.1:8080/);
});

afterEach(async () => {
  await stopListening();
  await siren.kill();
  cable.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A request to the API, by curl in the device's own namespace. */
async function api(method: string, path: string, body?: unknown): Promise<unknown> {
  const [program, ...args] = [
    ...cable.near.through,
    ...['curl', '--silent', '--show-error', '--fail-with-body', '-X', method],
    ...(body === undefined ? [] : ['-H', 'content-type: application/json', '-d', JSON.stringify(body)]),
    `http://127.0.0.1:8080/api/v1${path}`,
  ];
  const { stdout } = await promisify(execFile)(program, args);
  return stdout === '' ? undefined : (JSON.parse(stdout) as unknown);
}

const recorded = (name: string) => join(folder, `${name}.raw`);

/** ffmpeg at the other end of the cable, as a loudspeaker that listens to the group. */
function listen(name: string, { type, encoding }: { type: number; encoding: string }): void {
  const sdp = join(folder, 'group.sdp');
  const lines = [
    'v=0',
    `o=- 0 0 IN IP4 ${cable.near.address}`,
    's=siren',
    `c=IN IP4 ${GROUP}/1`,
    't=0 0',
    `m=audio ${PORT} RTP/AVP ${type}`,
    `a=rtpmap:${type} ${encoding}/8000`,
  ];
  writeFileSync(sdp, `${lines.join('\r\n')}\r\n`);
  const [program = '', ...args] = [
    ...cable.far.through,
    ...['ffmpeg', '-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
    ...[
      '-protocol_whitelist',
      'file,udp,rtp',
      '-fflags',
      'nobuffer',
      '-probesize',
      '32',
      '-analyzeduration',
      '0',
    ],
    ...['-localaddr', cable.far.address, '-i', sdp],
    ...['-ar', String(RATE), '-ac', '1', '-f', 's16le', '-flush_packets', '1', recorded(name)],
  ];
  loudspeaker = spawn(program, args, { stdio: 'ignore' });
}

async function stopListening(): Promise<void> {
  const child = loudspeaker;
  loudspeaker = undefined;
  if (child?.exitCode !== null) return;
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

function samples(name: string): Float64Array {
  if (!existsSync(recorded(name))) return new Float64Array(0);
  const bytes = readFileSync(recorded(name));
  return Float64Array.from(
    new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1),
    (one) => one / 32_768,
  );
}

async function connect(settings: object): Promise<void> {
  const destinations = [{ address: GROUP, port: PORT }];
  const all = { destinations, interface: cable.interface, ...settings };
  await api('POST', '/outputs', { id: 'phones', kind: 'multicast', settings: all });
}

const alarm = { siren: { pattern: 'Alarm: Alarm high pitch', intensity: 5 }, priority: 5 };

/** Where the sound has most of its power, among these. */
const strongest = (sound: Float64Array) =>
  Math.max(...Array.from({ length: 60 }, (_, index) => toneLevel(sound, RATE, 500 + 50 * index)));

const state = async () =>
  ((await api('GET', '/outputs/phones')) as { status: { state: string; error?: string } }).status;

describe('Loudspeakers at the other end of a cable', () => {
  it.each([
    ['PCMU', 0, 'PCMU'],
    ['PCMA', 8, 'PCMA'],
    ['G722', 9, 'G722'],
  ] as const)('hear the siren as %s', async (codec, type, encoding) => {
    await connect({ codec });
    listen('heard', { type, encoding });
    await api('POST', '/activities', alarm);
    const sound = await until('a second of sound', () => samples('heard').length > RATE && samples('heard'));
    expect(strongest(sound)).toBeGreaterThan(0.2);
    await api('POST', '/siren/stop', {});
    expect((await state()).state).toBe('ok');
  });

  it('hear it again when the cable was out in the middle of the alarm', async () => {
    await connect({});
    listen('before', { type: 0, encoding: 'PCMU' });
    await api('POST', '/activities', alarm);
    await until('sound', () => samples('before').length > RATE / 2);
    await stopListening();
    cable.plug('down');
    const failing = await until('that it fails', async () => {
      const found = await state();
      return found.state === 'failing' && found;
    });
    expect(failing.error).toContain('cable0 is gone, down or without an IPv4 address');
    cable.plug('up');
    await until('that it works', async () => (await state()).state === 'ok');
    listen('after', { type: 0, encoding: 'PCMU' });
    const sound = await until('sound again', () => samples('after').length > RATE / 2 && samples('after'));
    expect(strongest(sound)).toBeGreaterThan(0.2);
  });
});
