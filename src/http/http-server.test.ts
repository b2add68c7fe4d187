import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { SystemClock } from '../base/system-clock.js';
import { silentLog } from '../base/log.js';
import { StandInDevice } from '../../test/support/stand-in-device.js';
import { HttpServer } from './http-server.js';
import type { UpgradeHandler } from './upgrades.js';

let device: StandInDevice;
let server: HttpServer;
let port: number;

beforeEach(async () => {
  device = await StandInDevice.start(new SystemClock());
  server = await serverAt();
  ({ port } = await server.start());
});

afterEach(async () => {
  await server.close();
  await device.close();
});

describe('the API', () => {
  it('answers the status with what runs, highest priority first', async () => {
    await call('POST', '/profiles/Doorbell/start');
    device.calls.arrive('1001');
    const { status, body } = await call('GET', '/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      light: [
        { profile: 'Evacuation', priority: 8, running: true },
        { profile: 'Doorbell', running: false },
      ],
      calls: [{ state: 'Active', localUri: 'sip:1001@127.0.0.1' }],
      accounts: [{ id: 'peer-to-peer' }],
    });
  });

  it('creates, shows, replaces and deletes under names with spaces', async () => {
    const lamp = { name: 'All lamps / green', light: { pattern: 'Steady', colors: ['green'] } };
    expect((await call('POST', '/profiles', lamp)).status).toBe(201);
    const path = `/profiles/${encodeURIComponent(lamp.name)}`;
    expect((await call('PUT', path, { ...lamp, priority: 9 })).body).toMatchObject({ priority: 9 });
    expect((await call('GET', path)).body).toMatchObject({ name: lamp.name, priority: 9 });
    expect((await call('DELETE', path)).status).toBe(204);
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('takes the parameters of a query', async () => {
    expect(await call('DELETE', '/profiles/Evacuation')).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
    expect((await call('DELETE', '/profiles/Evacuation?withRules=true')).status).toBe(204);
    expect((await call('GET', '/rule-decisions?limit=5')).status).toBe(200);
    expect(await call('GET', '/rule-decisions?limit=many')).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'limit', accepted: 'a whole number from 1 to 1000' }] },
    });
  });

  it('sends a sound as a WAV file', async () => {
    const response = await fetch(url('/sounds/Siren%3A%20Evac?sampleRate=8000&intensity=3'));
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF');
  });

  it('describes itself as OpenAPI, the bodies included', async () => {
    const { body } = await call('GET', '/openapi.json');
    expect(body).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/profiles/{name}': { put: { operationId: 'profiles.update', 'x-role': 'administrator' } },
        '/accounts': {
          post: { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } },
        },
      },
    });
  });
});

describe('what bad input gets', () => {
  it('names every field of the body that is wrong, what is wrong and what is accepted', async () => {
    const answer = await call('POST', '/profiles', { name: '', light: { pattern: 'Steady' }, priority: 11 });
    expect(answer.type).toBe('application/problem+json; charset=utf-8');
    expect(answer).toMatchObject({
      status: 422,
      body: {
        type: 'urn:sipsiren:error:INVALID_VALUE',
        title: 'A field is missing or has a value that is not accepted.',
        status: 422,
        code: 'INVALID_VALUE',
        errors: [
          { path: 'name', message: 'is empty', accepted: 'text of 1 to 50 characters' },
          { path: 'priority', message: 'is too large', accepted: 'a whole number from 1 to 10' },
        ],
      },
    });
  });

  it.each([
    ['text for a number', { name: 'X', light: { pattern: 'Steady' }, priority: 'high' }, 'priority'],
    ['a name that is too long', { name: 'x'.repeat(51), light: { pattern: 'Steady' } }, 'name'],
    ['an unknown field', { name: 'X', light: { pattern: 'Steady' }, colour: 'red' }, 'colour'],
    ['a list for an object', [], ''],
    ['null', null, ''],
  ])('refuses %s with its place', async (_name, body, path) => {
    expect(await call('POST', '/profiles', body)).toMatchObject({
      status: 422,
      body: { errors: [{ path }] },
    });
  });

  it('refuses a body that is not JSON', async () => {
    expect(await send('POST', '/profiles', '{"name":')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_JSON' },
    });
    const form = await send('POST', '/profiles', 'name=x', {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(form).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
  });

  it('refuses a body that is larger than 1 MiB', async () => {
    const answer = await send('POST', '/profiles', JSON.stringify({ name: 'x'.repeat(1_100_000) }));
    expect(answer).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
  });

  it('says what an address takes instead of another method', async () => {
    const answer = await call('PATCH', '/profiles/Evacuation');
    expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.allow).toBe('GET, HEAD, PUT, DELETE, OPTIONS');
    expect((await call('OPTIONS', '/profiles')).headers.allow).toBe('GET, HEAD, POST, OPTIONS');
  });

  it('takes only GET for the stream and the description of the API', async () => {
    expect(await call('POST', '/events')).toMatchObject({
      status: 405,
      body: { code: 'METHOD_NOT_ALLOWED' },
    });
    expect((await call('DELETE', '/openapi.json')).headers.allow).toBe('GET, HEAD, OPTIONS');
    expect((await call('HEAD', '/events')).status).toBe(200);
  });

  it('names the field of the body where a rule refers to what does not exist', async () => {
    const answer = await call('POST', '/rules', {
      name: 'Lost',
      conditions: [{ kind: 'call.state', state: 'Active' }],
      actions: [{ kind: 'siren.profile', profile: 'Nope', run: 'whileActive' }],
    });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'actions[0].profile' }] } });
  });

  it('answers unknown addresses and ids with 404 and malformed ones with 400', async () => {
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await call('DELETE', '/activities/999')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    expect(await call('DELETE', '/activities/first')).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'id' }] },
    });
    expect(await call('GET', '/profiles/%E0%A4%A')).toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_REQUEST' },
    });
  });

  it('does not let an object climb into the prototype', async () => {
    const answer = await send(
      'POST',
      '/profiles',
      '{"name":"X","light":{"pattern":"Steady"},"__proto__":{"priority":9}}',
    );
    expect(answer.status).toBe(422);
    expect(({} as { priority?: number }).priority).toBeUndefined();
  });
});

describe('who may come in', () => {
  it.each([
    'evil.example.com',
    'evil.example.com:80',
    '192.168.0.90',
    '127.0.0.1.evil.example.com',
    'localhost.evil',
  ])('refuses the foreign name %s, which a rebound name would bring', async (host) => {
    expect(await send('GET', '/status', undefined, { Host: host })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN_ORIGIN' },
    });
  });

  it.each(['localhost', 'localhost:8080', '127.0.0.1', '[::1]:8080'])('answers to %s', async (host) => {
    expect((await send('GET', '/status', undefined, { Host: host })).status).toBe(200);
  });

  it.each([
    { Origin: 'https://evil.example.com' },
    { Origin: 'null' },
    { Origin: 'http://localhost:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ])('refuses changes that a foreign page asks for: %j', async (headers) => {
    const answer = await send('POST', '/profiles/Evacuation/start', undefined, headers);
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN_ORIGIN' } });
    expect(device.siren.status().light).toEqual([]);
  });

  it('takes changes from its own page and from programs', async () => {
    const own = { Origin: `http://127.0.0.1:${port}`, 'Sec-Fetch-Site': 'same-origin' };
    expect((await send('POST', '/profiles/Doorbell/start', undefined, own)).status).toBe(200);
    expect((await send('POST', '/profiles/Doorbell/stop')).status).toBe(200);
  });

  it.each(['0.0.0.0', '::', '192.168.0.90', 'localhost'])('does not bind to %s', async (address) => {
    const other = await serverAt({ address });
    await expect(other.start()).rejects.toMatchObject({ code: 'NOT_LOOPBACK' });
    await other.close();
  });

  it('says which setting to change when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address() as { port: number };
    const other = await serverAt({ port: address.port });
    await expect(other.start()).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: expect.stringContaining('--http-port'),
    });
    await other.close();
    taken.close();
    await once(taken, 'close');
  });
});

describe('an upgrade to a WebSocket', () => {
  const own = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' };

  it('is handed over from the own page and from programs', async () => {
    const taken: (string | undefined)[] = [];
    const other = await serverAt({
      upgrade: (asked, socket) => {
        taken.push(asked.headers.origin);
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      },
    });
    const { port: at } = await other.start();
    const origin = `http://127.0.0.1:${at}`;

    expect(await upgradeStatus(at, '/sip', { ...own, Origin: origin, 'Sec-Fetch-Site': 'same-origin' })).toBe(
      101,
    );
    expect(await upgradeStatus(at, '/sip', own)).toBe(101);
    expect(await upgradeStatus(at, '/sip', { ...own, Origin: 'https://evil.example.com' })).toBe(403);
    expect(await upgradeStatus(at, '/sip', { ...own, Host: 'rebound.example.com' })).toBe(403);
    expect(await upgradeStatus(at, '/api/v1/status', own)).toBe(404);
    await other.close();

    expect(taken).toEqual([origin, undefined]);
  });

  it('is refused where nobody takes it', async () => {
    expect(await upgradeStatus(port, '/sip', own)).toBe(404);
  });

  it('does not hold back the closing of the server', async () => {
    const other = await serverAt({
      upgrade: (_asked, socket) =>
        void socket.write('HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    });
    const { port: at } = await other.start();
    const asked = request({ port: at, host: '127.0.0.1', path: '/sip', headers: own });
    asked.end();
    const [, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, Socket];
    const ended = once(socket, 'close');
    socket.resume();

    await other.close();
    await ended;

    expect(socket.destroyed).toBe(true);
  });
});

describe('the page', () => {
  it('comes with a strict policy, its assets once and for all', async () => {
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(await page.text()).toBe('<!doctype html><title>page</title>');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.headers.get('x-powered-by')).toBeNull();
    const script = await fetch(`http://127.0.0.1:${port}/assets/app-1234.js`);
    expect(script.headers.get('cache-control')).toContain('immutable');
    await script.text();
  });

  it('gives out nothing beside it', async () => {
    for (const path of ['/../config.json', '/..%2fconfig.json', '/.secret', '/missing.js']) {
      expect((await raw('GET', path)).status).toBe(404);
    }
  });
});

describe('closing', () => {
  it('ends streams and connections that are still open', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    const ended = once(socket, 'close');
    socket.resume();
    await server.close();
    await ended;
    await expect(fetch(url('/status'))).rejects.toThrow();
  });

  it('can be asked for twice, and before the start', async () => {
    await Promise.all([server.close(), server.close()]);
    const other = await serverAt();
    await other.close();
    expect(device.bus).toBeDefined();
  });
});

async function serverAt(
  options: { readonly address?: string; readonly port?: number; readonly upgrade?: UpgradeHandler } = {},
): Promise<HttpServer> {
  const webRoot = join(device.folder, 'web');
  await mkdir(join(webRoot, 'assets'), { recursive: true });
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(webRoot, '.secret'), 'secret');
  await writeFile(join(webRoot, 'assets', 'app-1234.js'), '');
  const { control, bus, output } = device;
  return new HttpServer({
    control,
    bus,
    output,
    webRoot,
    address: '127.0.0.1',
    port: 0,
    clock: new SystemClock(),
    log: silentLog,
    ...options,
  });
}

/** The status of the answer to a request for an upgrade. */
async function upgradeStatus(at: number, path: string, headers: Record<string, string>): Promise<number> {
  const asked = request({ port: at, host: '127.0.0.1', path, headers });
  asked.end();
  const [answer] = (await Promise.race([once(asked, 'upgrade'), once(asked, 'response')])) as [
    IncomingMessage,
  ];
  answer.socket.destroy();
  return answer.statusCode ?? 0;
}

type Answer = {
  readonly status: number;
  readonly type: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return send(method, path, body === undefined ? undefined : JSON.stringify(body));
}

function send(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return raw(method, `/api/v1${path}`, body, headers);
}

/** By hand, since fetch sets Host and tidies paths. */
async function raw(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const outgoing = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    headers: {
      ...(body !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
      ...headers,
    },
  });
  // The answer to a body that is too large may come before all of it was taken.
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const type = response.headers['content-type'];
  return {
    status: response.statusCode ?? 0,
    type,
    headers: response.headers,
    body: type?.includes('json') === true ? (JSON.parse(text) as unknown) : text,
  };
}

function url(path: string): string {
  return `http://127.0.0.1:${port}/api/v1${path}`;
}
