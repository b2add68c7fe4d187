import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivityId } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { VirtualOutput } from '../../src/outputs/drivers/index.js';
import { OutputRunner } from '../../src/outputs/output-runner.js';
import { outputSchema } from '../../src/outputs/outputs-schema.js';
import type { ShownLight, ShownSiren } from '../../src/outputs/show.js';
import { freePort } from '../support/free-port.js';
import { GpiosetStandIn } from '../support/gpioset-stand-in.js';
import { RtpListener } from '../support/rtp-listener.js';
import { until } from '../support/until.js';

const GROUP = '239.255.74.1';
const FRAME = 40;
/** Two seconds of a pattern that moves. */
const FRAMES = 50;

let folder: string;
let gpioset: GpiosetStandIn;
let clock: SystemClock;
let virtual: VirtualOutput;
let runner: OutputRunner;
let hole: Server;
let failed: Set<string>;
const taken: Socket[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-dead-'));
  process.env['ALSA_CONFIG_PATH'] = join(folder, 'asound.conf');
  writeFileSync(join(folder, 'asound.conf'), 'pcm.null { type null }\n');
  gpioset = new GpiosetStandIn(folder, '2.1.3');
  gpioset.pullOut();
  clock = new SystemClock();
  virtual = new VirtualOutput({ clock, log: silentLog });
  failed = new Set();
  runner = new OutputRunner({
    ...{ clock, log: silentLog, drivers: [virtual] },
    onState: ({ id, state }) => {
      if (state === 'failing') failed.add(id);
    },
  });
  // Takes every connection and never says a word.
  hole = createServer((socket) => taken.push(socket.on('error', () => socket.destroy())));
  await once(hole.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  for (const socket of taken.splice(0)) socket.destroy();
  hole.close();
  // Those that are dead cannot be left in their safe state, and say so.
  await runner.close().catch(() => undefined);
  gpioset.restore();
  delete process.env['ALSA_CONFIG_PATH'];
  rmSync(folder, { recursive: true, force: true });
});

/** One output of each kind that has gone: without an answer, without a port, card, chip or interface. */
function dead(): { readonly id: string; readonly kind: string; readonly settings: object }[] {
  const address = `http://127.0.0.1:${(hole.address() as AddressInfo).port}`;
  const request = { url: `${address}/lamp` };
  return [
    { id: 'audio', kind: 'audio', settings: { device: 'gone' } },
    { id: 'gpio', kind: 'gpio', settings: { follow: true } },
    { id: 'wled', kind: 'wled', settings: { host: '127.0.0.1', port: 9, apiPort: 9 } },
    { id: 'http', kind: 'http', settings: { on: request, off: request } },
    { id: 'vapix', kind: 'vapix', settings: { address, checkSeconds: 1 } },
    { id: 'multicast', kind: 'multicast', settings: { interface: 'gone0' } },
  ];
}

const shown = { activityId: 1 as ActivityId, priority: 5 };
const light = (): ShownLight => ({
  ...{ ...shown, pattern: 'Rotate white + steady color', speed: 1, intensity: 5, colors: ['red'] },
  startedAt: clock.now(),
});
const siren = (): ShownSiren => ({
  ...{ ...shown, pattern: 'Siren: Evac', intensity: 5, startedAt: clock.now() },
});

describe('Outputs that are dead', () => {
  it('all fail, and delay neither the light on the page nor the sound of a loudspeaker', async () => {
    const port = await freePort();
    const loudspeaker = await RtpListener.open(GROUP, port);
    const alive = { destinations: [{ address: GROUP, port }], interface: '127.0.0.1' };
    runner.apply(
      [...dead(), { id: 'loudspeaker', kind: 'multicast', settings: alive }].map((one) =>
        outputSchema.parse(one),
      ),
    );
    const frames: number[] = [];
    const seen = virtual.subscribe(({ light: alight, at }) => {
      if (alight) frames.push(at);
    });
    const startedAt = clock.now();
    runner.show({ light: light(), siren: siren() });
    // The page had its first frame before the first of the dead ones was tried.
    expect(frames).toHaveLength(1);
    expect(clock.now() - startedAt).toBeLessThan(1_000);
    await until('the frames', () => frames.length >= FRAMES);
    seen();
    const sorted = frames
      .slice(1)
      .map((at) => (at - startedAt) % FRAME)
      .sort((one, other) => one - other);
    // Frames stand on the grid of the pattern; a loaded machine may be late to some, dead outputs to none.
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(FRAME / 2);
    const packets = await loudspeaker.heard(50);
    const media = ((packets[49]!.timestamp - packets[0]!.timestamp) >>> 0) / 8;
    expect(Math.abs(packets[49]!.at - packets[0]!.at - media)).toBeLessThan(100);
    loudspeaker.close();
    // One that is tried again and again may be well for the moment of the attempt.
    await until('that each of the dead fails', () => dead().every(({ id }) => failed.has(id)));
    expect(runner.status().find(({ id }) => id === 'loudspeaker')).toMatchObject({ state: 'ok' });
  });
});
