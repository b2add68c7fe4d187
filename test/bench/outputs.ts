// What outputs cost: from the start of a profile to the first frame, sample or request of each, an alarm on all of them,
// and activities that change a thousand times a second. In this process; what stands at the other end is said by name.
import { createServer, type Server } from 'node:http';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { GpiosetStandIn } from '../support/gpioset-stand-in.js';
import { LedController } from '../support/led-controller.js';
import { RtpListener } from '../support/rtp-listener.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { EventBus } from '../../src/events/event-bus.js';
import { VirtualOutput } from '../../src/outputs/drivers/index.js';
import { OutputRunner } from '../../src/outputs/output-runner.js';
import { outputSchema } from '../../src/outputs/outputs-schema.js';
import { profileSchema } from '../../src/siren/profile.js';
import { Siren } from '../../src/siren/siren.js';

/** From the start command to what comes out first, in milliseconds. */
export interface OutputDelay {
  readonly output: string;
  readonly p50: number;
  readonly longest: number;
}

export interface OutputFigures {
  readonly delays: readonly OutputDelay[];
  readonly alarm: {
    /** How long it was measured. */
    readonly seconds: number;
    /** CPU of the device alone, the programs that it calls not counted. */
    readonly cpuSecondsAnHour: number;
  };
  readonly changes: {
    readonly activities: number;
    readonly perSecond: number;
    /** Frames of a pattern that moves meanwhile, 25 a second. */
    readonly frames: number;
    /** Of these, more than half a frame behind their time. */
    readonly late: number;
    readonly longestLateness: number;
  };
}

const STARTS = 20;
const ALARM_SECONDS = 30;
const CHANGE_SECONDS = 10;
const ACTIVITIES = 30;
const CHANGES_A_SECOND = 1_000;
const FRAME_MILLISECONDS = 40;
const PATIENCE_MS = 5_000;
const GROUP = '239.255.73.1';
const ALARM = 'Alarm';
const CAUSE = { owner: 'bench', cause: 'the benchmark' };

/** One output, and how often it has been heard of with something that is on. */
interface Watched {
  readonly name: string;
  readonly count: () => number;
  /** When it was first heard of, where that is known better than by asking. */
  readonly firstAt?: () => number;
}

export async function measureOutputs(): Promise<OutputFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-outputs-'));
  process.env['ALSA_CONFIG_PATH'] = join(folder, 'asound.conf');
  const card = join(folder, 'card.raw');
  const recorder = `pcm.card { type file slave.pcm "null" file "${card}" format "raw" }`;
  writeFileSync(join(folder, 'asound.conf'), `pcm.null { type null }\n${recorder}\n`);
  const gpioset = new GpiosetStandIn(folder, '2.1.3');
  const leds = new LedController(12, 3);
  await leds.start();
  const port = await freePort();
  const group = await RtpListener.open(GROUP, port);
  const lamp = await WebLamp.start();
  const scene = new Scene();
  const { virtual } = scene;
  let pictures = 0;
  let firstPictureAt = 0;
  virtual.subscribe(({ light }) => {
    if (!light) firstPictureAt = 0;
    else if (firstPictureAt === 0) firstPictureAt = performance.now();
    if (light) pictures++;
  });
  try {
    scene.runner.apply(
      [
        { id: 'audio', kind: 'audio', settings: { device: 'card', channels: 1 } },
        { id: 'gpio', kind: 'gpio', settings: { minimumPulseMilliseconds: 20 } },
        { id: 'wled', kind: 'wled', settings: { host: '127.0.0.1', port: leds.port, apiPort: leds.apiPort } },
        { id: 'multicast', kind: 'multicast', settings: multicast(port) },
        { id: 'http', kind: 'http', settings: lamp.settings },
        { id: 'vapix', kind: 'vapix', settings: { address: lamp.address } },
      ].map((output) => outputSchema.parse(output)),
    );
    await pause(1_000);
    const delays = await delaysOf(scene, card, [
      { name: 'virtual, a viewer', count: () => pictures, firstAt: () => firstPictureAt },
      {
        name: 'audio, the file of ALSA’s file device',
        count: () => (isWritten(card) ? 1 : 0),
      },
      { name: 'gpio, a stand-in for gpioset is called', count: () => gpioset.told.filter(isOn).length },
      {
        name: 'wled, a listener to DDP',
        count: () => leds.pictures.filter((picture) => picture.some((byte) => byte > 0)).length,
      },
      { name: 'multicast, a listener to RTP', count: () => group.packets.all.length },
      { name: 'http, a bare server', count: () => lamp.count('/on') },
      { name: 'vapix, a bare server', count: () => lamp.count('start') },
    ]);
    const alarm = await alarmCost(scene);
    const changes = await changesOf(scene);
    return { delays, alarm, changes };
  } finally {
    await scene.close();
    group.close();
    await lamp.close();
    await leds.stop();
    gpioset.restore();
    delete process.env['ALSA_CONFIG_PATH'];
    rmSync(folder, { recursive: true, force: true });
  }
}

const multicast = (port: number) => ({
  destinations: [{ address: GROUP, port }],
  interface: '127.0.0.1',
});

/** ALSA's file device begins its file anew each time that it is opened. */
const isWritten = (file: string) => existsSync(file) && statSync(file).size > 0;

const isOn = (line: string) => /(?:=1|=active)\b/.test(line);

/** A siren with its outputs. */
class Scene {
  readonly clock = new SystemClock();
  readonly virtual = new VirtualOutput({ clock: this.clock, log: silentLog });
  readonly runner = new OutputRunner({ clock: this.clock, log: silentLog, drivers: [this.virtual] });
  readonly siren: Siren;

  constructor() {
    const light = { pattern: 'Rotate white + steady color', colors: ['red'], speed: 1 };
    const siren = { pattern: 'Siren: Evac' };
    const others = Array.from({ length: ACTIVITIES }, (_, index) =>
      profileSchema.parse({
        name: `Activity ${index}`,
        light: { pattern: 'Pulse', colors: [index % 2 === 0 ? 'amber' : 'blue'] },
        siren: { pattern: index % 2 === 0 ? 'Siren: Alternate' : 'Alarm: Bird' },
        priority: 1 + (index % 10),
      }),
    );
    const alarm = profileSchema.parse({ name: ALARM, light, siren, priority: 10 });
    this.siren = new Siren({
      clock: this.clock,
      log: silentLog,
      bus: new EventBus({ clock: this.clock, log: silentLog }),
      profiles: [alarm, ...others],
    });
    this.siren.onShow((show) => this.runner.show(show));
  }

  async close(): Promise<void> {
    this.siren.close();
    await this.runner.close().catch(() => undefined);
  }
}

/** Takes every request and says yes, as a lamp and as a siren with VAPIX. */
class WebLamp {
  readonly #server: Server;
  readonly #heard: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        this.#heard.push(`${request.url} ${body}`);
        response.end(body.includes('"start"') ? '{"data":{"lightId":1,"sirenId":2}}' : '{"data":{}}');
      });
    });
  }

  static async start(): Promise<WebLamp> {
    const lamp = new WebLamp();
    await once(lamp.#server.listen(0, '127.0.0.1'), 'listening');
    return lamp;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get settings(): object {
    const [on, off] = ['/on', '/off'].map((path) => ({ url: `${this.address}${path}` }));
    return { on, off, minimumIntervalMilliseconds: 50, repeatSeconds: 0 };
  }

  count(what: string): number {
    return this.#heard.filter((one) => one.startsWith(what) || one.includes(`"method":"${what}"`)).length;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Starts and stops again and again, each time when every output has come to rest. */
async function delaysOf({ siren }: Scene, card: string, outputs: readonly Watched[]): Promise<OutputDelay[]> {
  const times = new Map<string, number[]>(outputs.map(({ name }) => [name, []]));
  for (let start = 0; start < STARTS; start++) {
    rmSync(card, { force: true });
    const before = new Map(outputs.map(({ name, count }) => [name, count()]));
    const waiting = new Set(outputs);
    const startedAt = performance.now();
    siren.startProfile(ALARM, CAUSE);
    while (waiting.size > 0 && performance.now() - startedAt < PATIENCE_MS) {
      for (const output of waiting) {
        if (output.count() === before.get(output.name)) continue;
        times.get(output.name)?.push((output.firstAt?.() ?? performance.now()) - startedAt);
        waiting.delete(output);
      }
      await new Promise(setImmediate);
    }
    siren.stopProfile(ALARM, CAUSE);
    // Lamps are told no faster than they take it, and a card must be let go of.
    await pause(700);
  }
  return outputs.map(({ name }) => {
    const sorted = (times.get(name) ?? []).sort((one, other) => one - other);
    if (sorted.length < STARTS) throw new Error(`The output "${name}" did not show every alarm.`);
    return { output: name, p50: sorted[Math.floor(STARTS / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
  });
}

/** A part of an hour's alarm, its CPU scaled to the hour. */
async function alarmCost({ siren }: Scene): Promise<OutputFigures['alarm']> {
  siren.startProfile(ALARM, CAUSE);
  await pause(2_000);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await pause(ALARM_SECONDS * 1_000);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1_000;
  siren.stopProfile(ALARM, CAUSE);
  await pause(700);
  return { seconds: Math.round(seconds), cpuSecondsAnHour: ((user + system) / 1e6 / seconds) * 3_600 };
}

/** Activities come and go below an alarm whose pattern moves on. */
async function changesOf({ siren, virtual, clock }: Scene): Promise<OutputFigures['changes']> {
  siren.startProfile(ALARM, CAUSE);
  const at: number[] = [];
  const unsubscribe = virtual.subscribe(({ light }) => {
    if (light?.profile === ALARM) at.push(clock.now());
  });
  const startedAt = clock.now();
  let changes = 0;
  while (clock.now() - startedAt < CHANGE_SECONDS * 1_000) {
    const due = ((clock.now() - startedAt) * CHANGES_A_SECOND) / 1_000;
    for (; changes < due; changes++) change(siren, changes);
    await pause(1);
  }
  unsubscribe();
  siren.stopAll(CAUSE);
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? time) - FRAME_MILLISECONDS);
  return {
    activities: ACTIVITIES,
    perSecond: Math.round(changes / CHANGE_SECONDS),
    frames: at.length,
    late: gaps.filter((lateness) => lateness > FRAME_MILLISECONDS / 2).length,
    longestLateness: Math.max(0, ...gaps),
  };
}

/** Those of priority 10 would take the alarm's place. */
function change(siren: Siren, count: number): void {
  const index = (count * 7) % ACTIVITIES;
  const name = `Activity ${index % 10 === 9 ? index - 1 : index}`;
  if (count % 2 === 0) siren.startProfile(name, CAUSE);
  else siren.stopProfile(name, CAUSE);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}
