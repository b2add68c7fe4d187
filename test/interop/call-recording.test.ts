import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AwaitedList } from '../support/awaited-list.js';
import { Baresip } from '../support/baresip.js';
import { TestDevice } from '../support/test-device.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';
import { readWav } from '../support/wav.js';

let siren: TestDevice;
let phone: Baresip;
let web: Server;
let folder: string;
let received: AwaitedList<{ readonly type: string; readonly body: Buffer }>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  received = new AwaitedList();
  web = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.end();
      received.add({ type: request.headers['content-type'] ?? '', body: Buffer.concat(parts) });
    });
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  [siren, phone] = await Promise.all([TestDevice.start({ http: true, folder }), Baresip.start()]);
}, 30_000);

afterEach(async () => {
  await phone.close();
  await siren.close();
  web.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One side of a recording, as sox takes it out. */
function side(wav: Buffer, channel: 1 | 2): { samples: Float64Array; sampleRate: number } {
  const file = join(folder, 'recording.wav');
  writeFileSync(file, wav);
  return readWav(execFileSync('sox', [file, '-t', 'wav', '-', 'remix', String(channel)], { maxBuffer: 1e8 }));
}

async function record(action: object): Promise<void> {
  const port = (web.address() as AddressInfo).port;
  const recipient = {
    id: 'guard',
    name: 'Guard',
    kind: 'http',
    settings: { url: `http://127.0.0.1:${port}/` },
  };
  expect((await siren.api('POST', '/recipients', recipient)).status).toBe(201);
  const rule = {
    name: 'Record 1005',
    conditions: [{ kind: 'call.state', state: 'Active', localUri: '1005' }],
    actions: [{ kind: 'notification.send', recipient: 'guard', recording: true, ...action }],
  };
  expect((await siren.api('POST', '/rules', rule)).status).toBe(201);
}

const leftover = () => readdirSync(join(folder, 'outbox/recordings'));

describe('The recording of a call', () => {
  it('follows the notification when the call is over, with both sides', async () => {
    await record({});
    phone.dial(`sip:1005@${siren.sipAddress}`);
    const { event } = await siren.event('call.state', ({ state }) => state === 'Active');
    const told = await received.first('the notification', () => true);
    expect(told.type).toBe('application/json');
    await until('a second of audio', () => (siren.device.calls.list()[0]?.media?.received ?? 0) > 60);
    siren.device.calls.end(event.callId);
    const { body } = await received.first('the recording', ({ type }) => type === 'audio/wav');
    const peer = side(body, 1);
    expect(peer.samples.length / peer.sampleRate).toBeGreaterThan(0.8);
    // The phone's voice is a tone of 440 Hz; the siren answers with two notes, the second of 880 Hz.
    expect(toneLevel(peer.samples, peer.sampleRate, 440)).toBeGreaterThan(0.1);
    const own = side(body, 2);
    expect(toneLevel(own.samples, own.sampleRate, 880)).toBeGreaterThan(0.1);
    expect(toneLevel(own.samples, own.sampleRate, 440)).toBeLessThan(0.05);
    await until('its file to go', () => leftover().length === 0);
  });

  it('is not lost with a device that stops meanwhile, nor is what a rule sends at the end of the call', async () => {
    await record({});
    const rule = {
      name: 'Over',
      conditions: [{ kind: 'call.stateChange', reason: 'Terminated', localUri: '1005' }],
      actions: [{ kind: 'notification.send', recipient: 'guard', text: 'The call is over.' }],
    };
    expect((await siren.api('POST', '/rules', rule)).status).toBe(201);
    phone.dial(`sip:1005@${siren.sipAddress}`);
    await received.first('the notification', () => true);
    await until('a second of audio', () => (siren.device.calls.list()[0]?.media?.received ?? 0) > 60);
    await siren.close();
    expect(received.all).toHaveLength(1);
    siren = await TestDevice.start({ http: true, folder });
    const { body } = await received.first('the recording', ({ type }) => type === 'audio/wav');
    expect(toneLevel(side(body, 1).samples, side(body, 1).sampleRate, 440)).toBeGreaterThan(0.1);
    await received.first('the end', (one) => one.body.includes('The call is over.'));
    await until('its file to go', () => leftover().length === 0);
  });

  it('ends when it is long enough, while the call goes on', async () => {
    await record({ recordingSeconds: 1 });
    phone.dial(`sip:1005@${siren.sipAddress}`);
    const { body } = await received.first('the recording', ({ type }) => type === 'audio/wav');
    expect(body.length).toBe(44 + 8_000 * 4);
    expect(siren.device.calls.list()).toHaveLength(1);
  });

  it('is refused where nobody can take it', async () => {
    const recipient = { id: 'line', name: 'Line', kind: 'tcp', settings: { host: '127.0.0.1', port: 9 } };
    await siren.api('POST', '/recipients', recipient);
    const { status, body } = await siren.api('POST', '/rules', {
      name: 'x',
      conditions: [{ kind: 'call.state', state: 'Active' }],
      actions: [{ kind: 'notification.send', recipient: 'line', recording: true }],
    });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('takes none');
  });
});
