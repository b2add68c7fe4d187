import { get, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnderAttack } from '../support/under-attack.js';
import { writeWav } from '../support/wav.js';

/** More connections than the page and the API have room for. */
const CONNECTIONS = 300;
const SOUND = '/api/v1/own-sounds/Long';

let attack: UnderAttack;
let port: number;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  attack = await UnderAttack.begin();
  port = Number(new URL(await attack.device.url()).port);
}, 15_000);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await attack.close();
});

/** A program that says this, and reads nothing of what is answered. */
function open(text: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    closing.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(socket));
    socket.once('connect', () => {
      socket.pause();
      socket.write(text, () => resolve(socket));
    });
  });
}

function openMany(text: (index: number) => string, count = CONNECTIONS): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => open(text(index))));
}

function head(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n');
}

/** The status that somebody new gets, on a connection of its own. */
function statusFor(path: string, method = 'GET', body = ''): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = body === '' ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function putSound(seconds: number): Promise<void> {
  const samples = Float64Array.from({ length: seconds * 48_000 }, (_, index) => (index % 200) / 200 - 0.5);
  const body = new Uint8Array(writeWav(samples, 48_000));
  const url = `http://127.0.0.1:${port}${SOUND}`;
  const { status } = await fetch(url, { method: 'PUT', headers: { 'content-type': 'audio/wav' }, body });
  expect(status).toBe(200);
}

async function expectServed(): Promise<void> {
  expect(await statusFor('/api/v1/status')).toBe(200);
  expect(await statusFor('/api/v1/virtual-inputs/1/activate', 'POST', '{}')).toBe(200);
}

describe('while an alarm sounds, somebody new is served although programs of the machine', () => {
  it.each([
    ['open connections and say nothing', () => ''],
    ['begin a request and never end it', () => 'GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '],
    [
      'announce a body and never send it',
      () =>
        head(
          'POST /api/v1/virtual-inputs/1/activate',
          'Content-Type: application/json',
          'Content-Length: 900',
        ),
    ],
    [
      'announce a body without end',
      () => `${head('POST /axis-cgi/siren_and_light.cgi', 'Transfer-Encoding: chunked')}ffff\r\n{`,
    ],
    ['listen to events and read none', () => head('GET /api/v1/events?frames=1')],
    ['send many requests ahead and read no answer', () => head('GET /api/v1/openapi.json').repeat(200)],
  ])(
    '%s',
    async (_what, text) => {
      await openMany(text);
      await expectServed();
      await attack.expectAlarm();
    },
    40_000,
  );

  it('send large sounds that never end', async () => {
    const sockets = await openMany((index) =>
      head(`PUT /api/v1/own-sounds/s${index}`, 'Content-Type: audio/wav', 'Content-Length: 59000000'),
    );
    const bytes = Buffer.alloc(4_000_000, 'x');
    for (const socket of sockets) socket.write(bytes);
    await expectServed();
    await attack.expectAlarm();
  }, 40_000);

  it('fetch a large sound and read nothing of it', async () => {
    await putSound(90);
    attack.measureAnew();
    await openMany(() => head(`GET ${SOUND}`), 60);
    await expectServed();
    await attack.expectAlarm();
  }, 40_000);
});

describe('after all of them have gone', () => {
  it('sounds can be sent and fetched again', async () => {
    const stalled = await openMany(
      (index) =>
        head(`PUT /api/v1/own-sounds/s${index}`, 'Content-Type: audio/wav', 'Content-Length: 59000000'),
      20,
    );
    for (const socket of stalled) socket.destroy();
    await putSound(1);
    const fetched = await new Promise<number>((resolve) => {
      get({ host: '127.0.0.1', port, path: SOUND, agent: false }, (response) => {
        let length = 0;
        response.on('data', (chunk: Buffer) => (length += chunk.length));
        response.on('end', () => resolve(length));
      });
    });
    expect(fetched).toBeGreaterThan(90_000);
    await attack.expectAlarm();
  }, 40_000);
});
