import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { FakeClock } from '../../test/support/fake-clock.js';
import { StandInDevice } from '../../test/support/stand-in-device.js';
import { milliseconds, seconds } from '../base/duration.js';
import { silentLog } from '../base/log.js';
import { HttpServer } from './http-server.js';

let clock: FakeClock;
let device: StandInDevice;
let server: HttpServer;
let port: number;
let viewers: Viewer[];

beforeEach(async () => {
  clock = new FakeClock();
  device = await StandInDevice.start(clock);
  const { control, bus, output } = device;
  server = new HttpServer({ control, bus, output, address: '127.0.0.1', port: 0, clock, log: silentLog });
  ({ port } = await server.start());
  viewers = [];
});

afterEach(async () => {
  for (const viewer of viewers) viewer.leave();
  await server.close();
  await device.close();
  expect(clock.advanceToNextTimer()).toBe(false);
});

describe('the stream of events', () => {
  it('begins with the status and goes on with each event and each new status, for every viewer', async () => {
    const [one, other] = [await look(), await look()];
    expect((await one.next('status')).data).toMatchObject({ light: [], calls: [] });
    await other.next('status');
    device.calls.arrive('1001');
    clock.advance(milliseconds(50));
    for (const viewer of [one, other]) {
      expect((await viewer.next('device')).data).toMatchObject({ event: { type: 'call.stateChange' } });
      const started = await viewer.until('device', (data) => (data as EventData).event.type === 'activity');
      expect(started.data).toMatchObject({ event: { change: 'started', profile: 'Evacuation' } });
      expect((await viewer.next('status')).data).toMatchObject({
        light: [{ profile: 'Evacuation', running: true }],
      });
    }
  });

  it('sends frames only to those who ask, the current one at once', async () => {
    const [watching, other] = [await look('?frames=1'), await look()];
    const dark = (await watching.next('frame')).data as FrameData;
    expect(Buffer.from(dark.frame, 'base64')).toEqual(Buffer.alloc(48));
    await other.next('status');
    clock.advance(milliseconds(100));
    device.siren.startProfile('All clear', { owner: 'test', cause: 'a test' });
    const lit = await watching.until('frame', (data) => (data as FrameData).sound !== undefined);
    expect(lit.data).toMatchObject({
      light: { pattern: 'Steady' },
      sound: { pattern: 'Notification: Done', intensity: 3 },
    });
    expect(Buffer.from((lit.data as FrameData).frame, 'base64').some((value) => value > 0)).toBe(true);
    clock.advance(milliseconds(50));
    await other.until('device', (data) => (data as EventData).event.type === 'activity');
    expect(other.seen).not.toContain('frame');
  });

  it('sends at most 25 frames a second, and of more the newest', async () => {
    const viewer = await look('?frames=1');
    await viewer.next('frame');
    for (let start = 0; start < 100; start++) {
      clock.advance(milliseconds(10));
      device.siren.startProfile(start % 2 === 0 ? 'All clear' : 'Evacuation', {
        owner: 'test',
        cause: `start ${start}`,
      });
      device.siren.stopAll({ cause: 'a test' });
      // Lets the sockets take what was written, as between two real starts.
      await new Promise((resolve) => setImmediate(resolve));
    }
    device.siren.startProfile('All clear', { owner: 'test', cause: 'the last' });
    clock.advance(milliseconds(100));
    device.bus.publish({ type: 'system', state: 'ready' });
    clock.advance(milliseconds(50));
    await viewer.until('device', (data) => (data as EventData).event.type === 'system');
    const frames = viewer.seen.filter((name) => name === 'frame').length;
    expect(frames).toBeGreaterThanOrEqual(20);
    expect(frames).toBeLessThanOrEqual(28);
    expect(viewer.newest('frame')).toMatchObject({ light: { pattern: 'Steady' } });
  });

  it('tells a viewer that comes back what it missed', async () => {
    const viewer = await look();
    await viewer.next('status');
    device.bus.publish({ type: 'configuration', sections: ['first'] });
    clock.advance(milliseconds(50));
    const { id } = await viewer.next('device');
    viewer.leave();
    device.bus.publish({ type: 'configuration', sections: ['second'] });
    const back = await look('', { 'Last-Event-ID': id ?? '' });
    expect((await back.next('device')).data).toMatchObject({ event: { sections: ['second'] } });
  });

  it('says how much is lost where it was too long away', async () => {
    const viewer = await look();
    await viewer.next('status');
    device.bus.publish({ type: 'configuration', sections: [] });
    clock.advance(milliseconds(50));
    const { id } = await viewer.next('device');
    viewer.leave();
    for (let count = 0; count < 1_500; count++) device.bus.publish({ type: 'configuration', sections: [] });
    const back = await look('', { 'Last-Event-ID': id ?? '' });
    expect((await back.next('missed')).data).toEqual({ count: 500 });
  });

  it('takes an id of another life, or nonsense, for a new viewer', async () => {
    for (const id of ['00000000-1', 'nonsense', '-', '99999999999999999999']) {
      const viewer = await look('', { 'Last-Event-ID': id });
      await viewer.next('status');
      device.bus.publish({ type: 'configuration', sections: [id] });
      clock.advance(milliseconds(50));
      expect((await viewer.next('device')).data).toMatchObject({ event: { sections: [id] } });
    }
  });

  it('shows that it is alive', async () => {
    const viewer = await look();
    await viewer.next('status');
    clock.advance(seconds(15));
    await viewer.heartbeat();
    expect(viewer.seen).toEqual(['status']);
  });

  it('piles nothing up for a viewer that takes nothing, keeps the others going, and drops it in the end', async () => {
    const stalled = await stall();
    const healthy = await look();
    await healthy.next('status');
    const before = process.memoryUsage().rss;
    for (let batch = 0; batch < 60; batch++) {
      for (let count = 0; count < 1_000; count++)
        device.bus.publish({ type: 'configuration', sections: ['x'.repeat(200)] });
      clock.advance(milliseconds(50));
      await healthy.until('status', () => true);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    clock.advance(seconds(31));
    device.bus.publish({ type: 'configuration', sections: ['after'] });
    clock.advance(milliseconds(50));
    await healthy.until(
      'device',
      (data) => (data as { event: { sections: string[] } }).event.sections[0] === 'after',
    );
    const closed = once(stalled, 'close');
    stalled.resume();
    await closed;
    expect(stalled.destroyed).toBe(true);
  });

  it('takes 64 viewers and says so to one more', async () => {
    const all = await Promise.all(Array.from({ length: 64 }, () => look()));
    await Promise.all(all.map((viewer) => viewer.next('status')));
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/events`);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'LIMIT_REACHED' });
  });
});

type EventData = { readonly event: { readonly type: string } };
type FrameData = { readonly frame: string; readonly sound?: unknown };
type Message = { readonly name: string; readonly id: string | undefined; readonly data: unknown };

async function look(query = '', headers: Record<string, string> = {}): Promise<Viewer> {
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path: `/api/v1/events${query}`,
    headers,
    agent: false,
  });
  outgoing.on('error', () => undefined);
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  const viewer = new Viewer(response);
  viewers.push(viewer);
  return viewer;
}

/** A viewer that opens the stream and then reads nothing. */
async function stall(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /api/v1/events?frames=1 HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  socket.pause();
  return socket;
}

/** Reads a stream message by message. */
class Viewer {
  readonly seen: string[] = [];
  readonly #response: IncomingMessage;
  readonly #messages: Message[] = [];
  readonly #newest = new Map<string, unknown>();
  #text = '';
  #heartbeats = 0;
  #wake: (() => void) | undefined;

  constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8');
    response.on('error', () => undefined);
    response.on('data', (chunk: string) => this.#take(chunk));
  }

  newest(name: string): unknown {
    return this.#newest.get(name);
  }

  next(name: string): Promise<Message> {
    return this.until(name, () => true);
  }

  /** The next message of the name that fits; what stands before it is gone. */
  async until(name: string, fits: (data: unknown) => boolean): Promise<Message> {
    for (;;) {
      for (let message = this.#messages.shift(); message; message = this.#messages.shift()) {
        if (message.name === name && fits(message.data)) return message;
      }
      await this.#more();
    }
  }

  async heartbeat(): Promise<void> {
    while (this.#heartbeats === 0) await this.#more();
  }

  leave(): void {
    this.#response.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #take(chunk: string): void {
    const parts = (this.#text + chunk).split('\n\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) this.#read(part);
    this.#wake?.();
  }

  #read(part: string): void {
    if (part === ': heartbeat') this.#heartbeats++;
    const fields = new Map(
      part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const name = fields.get('event');
    if (name === undefined) return;
    const data: unknown = JSON.parse(fields.get('data') ?? 'null');
    this.seen.push(name);
    this.#newest.set(name, data);
    this.#messages.push({ name, id: fields.get('id'), data });
  }
}
