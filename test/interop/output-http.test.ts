import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ActivityId, ProfileName } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { OutputRunner, type OutputStatus } from '../../src/outputs/output-runner.js';
import { outputSchema } from '../../src/outputs/outputs-schema.js';
import type { ShownLight } from '../../src/outputs/show.js';
import { until } from '../support/until.js';

let server: Server | undefined;
let port = 0;
let status = 200;
let requests: { line: string; token: string | undefined; body: unknown }[];
let runner: OutputRunner;
let states: OutputStatus[];

/** A lamp that takes what a test makes it take. */
async function startLamp(): Promise<void> {
  const lamp = express();
  lamp.use(express.json());
  lamp.use((request, response) => {
    const body: unknown = request.body;
    requests.push({ line: `${request.method} ${request.url}`, token: request.get('authorization'), body });
    response.status(status).end();
  });
  server = lamp.listen(port, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
}

async function stopLamp(): Promise<void> {
  const stopped = server;
  server = undefined;
  if (stopped) await new Promise<void>((resolve) => stopped.close(() => resolve()));
}

beforeEach(async () => {
  [port, status, requests, states] = [0, 200, [], []];
  await startLamp();
  runner = new OutputRunner({
    clock: new SystemClock(),
    log: silentLog,
    drivers: [],
    onState: (state) => states.push(state),
  });
});

afterEach(async () => {
  await runner.close().catch(() => undefined);
  await stopLamp();
});

const light: ShownLight = {
  activityId: 1 as ActivityId,
  profile: 'Hall "A" & B' as ProfileName,
  priority: 5,
  pattern: 'Steady',
  speed: 1,
  intensity: 4,
  colors: ['amber'],
  startedAt: 0,
};

function connect(settings: Record<string, unknown> = {}): void {
  const headers = { authorization: 'Bearer {{secret}}' };
  const on = {
    url: `http://127.0.0.1:${port}/on?by={{profile}}`,
    headers,
    body: '{"rgb":"{{color}}","level":{{brightness}},"why":"{{profile}}"}',
  };
  const off = { method: 'GET', url: `http://127.0.0.1:${port}/off` };
  const all = { on, off, secret: 'tok"en', minimumIntervalMilliseconds: 50, ...settings };
  runner.apply([outputSchema.parse({ id: 'lamp', kind: 'http', settings: all })]);
}

const lines = () => requests.map(({ line }) => line.split('?')[0]);

describe('A lamp that HTTP requests switch', () => {
  it('gets the values of the profile, each escaped for where it goes, and is left off', async () => {
    connect();
    await until('off', () => lines().includes('GET /off'));
    runner.show({ light });
    const lit = await until('on', () => requests.find(({ line }) => line.startsWith('POST /on')));
    expect(lit).toEqual({
      line: 'POST /on?by=Hall%20%22A%22%20%26%20B',
      token: 'Bearer tok"en',
      body: { rgb: 'ff7e00', level: 80, why: 'Hall "A" & B' },
    });
    await runner.close();
    expect(lines()).toEqual(['GET /off', 'POST /on', 'GET /off']);
    expect(states).toEqual([]);
  });

  it('is told of the newest state only, at the pace that it can take', async () => {
    connect({ minimumIntervalMilliseconds: 200 });
    await until('off', () => requests.length === 1);
    for (let change = 0; change < 50; change++) runner.show(change % 2 === 0 ? { light } : {});
    runner.show({ light });
    await until('on', () => requests.length === 2);
    expect(lines()).toEqual(['GET /off', 'POST /on']);
  });

  it('is told again until it takes it, also when it is gone in the middle of an alarm', async () => {
    connect();
    await until('off', () => requests.length === 1);
    status = 500;
    runner.show({ light });
    await until('that it fails', () => states.at(-1)?.state === 'failing');
    expect(states.at(-1)).toMatchObject({ error: 'The lamp answers with HTTP status 500.' });
    await stopLamp();
    await until('that it cannot be reached', () =>
      JSON.stringify(states.at(-1)).includes('cannot be reached'),
    );
    await expect(runner.test('lamp')).rejects.toThrow('cannot be reached');
    requests = [];
    status = 200;
    await startLamp();
    await until('that it is well again', () => states.at(-1)?.state === 'ok');
    expect(lines()).toEqual(['POST /on']);
  });

  it('is told again from time to time, since it may have been restarted', async () => {
    connect({ repeatSeconds: 1 });
    runner.show({ light });
    await until('on twice', () => lines().filter((line) => line === 'POST /on').length >= 2);
  });

  it.each([
    { url: 'ftp://127.0.0.1/on' },
    { url: 'http://{{profile}}/on' },
    { url: 'http://127.0.0.1/{{nothing}}' },
    { url: 'http://127.0.0.1/', headers: { 'x y': '1' } },
    { url: 'http://127.0.0.1/', headers: { x: 'a\r\nb: c' } },
  ])('is refused where the request cannot be: %j', (on) => {
    const wish = { id: 'lamp', kind: 'http', settings: { on, off: { url: 'http://127.0.0.1/' } } };
    expect(outputSchema.safeParse(wish)).toMatchObject({ success: false });
  });
});
