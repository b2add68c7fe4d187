import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../../test/support/free-port.js';
import { RtpListener, soundOf } from '../../../../test/support/rtp-listener.js';
import { toneLevel } from '../../../../test/support/tone-level.js';
import type { ActivityId } from '../../../base/ids.js';
import { silentLog } from '../../../base/log.js';
import { SystemClock } from '../../../base/system-clock.js';
import type { SoundPattern } from '../../../patterns/sound-pattern.js';
import { OutputRunner, type OutputStatus } from '../../output-runner.js';
import { outputSchema } from '../../outputs-schema.js';
import type { LiveVoice, Show, ShownPage, ShownSiren } from '../../show.js';
import { milliseconds } from '../../../base/duration.js';

const GROUP = '239.255.71.1';
const OTHER_GROUP = '239.255.71.2';

let clock: SystemClock;
let runner: OutputRunner;
let states: OutputStatus[];
/** What is told to have come out, but for silence. */
let shows: Show[];
let port: number;
const listeners: RtpListener[] = [];

beforeEach(async () => {
  clock = new SystemClock();
  states = [];
  shows = [];
  runner = new OutputRunner({
    ...{ clock, log: silentLog, drivers: [], onState: (state) => states.push(state) },
    onShown: (_output, show) => {
      if (show.siren) shows.push(show);
    },
  });
  port = await freePort();
});

afterEach(async () => {
  await runner.close();
  for (const listener of listeners.splice(0)) listener.close();
});

async function listen(group = GROUP): Promise<RtpListener> {
  const listener = await RtpListener.open(group, port);
  listeners.push(listener);
  return listener;
}

function connect(settings: Record<string, unknown> = {}): void {
  const destinations = [{ address: GROUP, port }];
  const all = { destinations, interface: '127.0.0.1', ...settings };
  runner.apply([outputSchema.parse({ id: 'phones', kind: 'multicast', settings: all })]);
}

/** A sound of one tone, so that it is known again behind any codec. */
const tone = (hertz: number): SoundPattern => ({
  name: `tone ${hertz}`,
  period: milliseconds(1_000),
  sample: (seconds) => 0.5 * Math.sin(2 * Math.PI * hertz * seconds),
});

const siren = (hertz = 1_000, priority = 5, id = 1): ShownSiren => ({
  ...{ activityId: id as ActivityId, priority, pattern: 'tone', sound: tone(hertz), intensity: 5 },
  startedAt: clock.now(),
});

/** A caller who says one tone. */
class Speaker implements LiveVoice {
  readonly #listeners = new Set<(samples: Int16Array, rate: number) => void>();
  readonly #timer: NodeJS.Timeout;
  #sample = 0;

  constructor(hertz: number) {
    this.#timer = setInterval(() => {
      const frame = Int16Array.from(
        { length: 160 },
        () => 16_000 * Math.sin((this.#sample++ * 2 * Math.PI * hertz) / 8_000),
      );
      for (const listener of this.#listeners) listener(frame, 8_000);
    }, 20);
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  listen(listener: (samples: Int16Array, rate: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

describe('RTP multicast', () => {
  it.each([
    ['PCMU', 0, 8_000],
    ['PCMA', 8, 8_000],
    ['G722', 9, 16_000],
  ] as const)(
    'carries the siren as %s, from its first frame on and no longer than it sounds',
    async (codec, type, rate) => {
      connect({ codec });
      const phone = await listen();
      runner.show({ siren: siren() });
      const packets = await phone.heard(25);
      const [first] = packets;
      expect(first?.marker).toBe(true);
      packets.forEach((packet, index) => {
        expect(packet).toMatchObject({ payloadType: type, ssrc: first?.ssrc, marker: index === 0 });
        expect(packet.payload).toHaveLength(160);
        expect((packet.sequence - first!.sequence) & 0xffff).toBe(index);
        // A machine that stood still leaves out what nobody could hear in time.
        const frames = ((packet.timestamp - first!.timestamp) >>> 0) / 160;
        expect(Number.isInteger(frames) && frames >= index).toBe(true);
      });
      expect(toneLevel(soundOf(packets, codec), rate, 1_000)).toBeGreaterThan(0.45);
      expect(toneLevel(soundOf(packets, codec), rate, 1_000)).toBeLessThan(0.55);
      runner.show({});
      const count = phone.packets.all.length;
      // The next alarm has a source of its own, so nothing of the first one comes between.
      runner.show({ siren: siren(1_000, 5, 2) });
      await phone.heard(count + 5);
      expect(phone.ssrcs).toHaveLength(2);
      expect(phone.packets.all.filter(({ ssrc }) => ssrc === first?.ssrc).length).toBeLessThanOrEqual(
        count + 1,
      );
    },
  );

  it('keeps the pace of time, which does not drift', async () => {
    connect();
    const phone = await listen();
    runner.show({ siren: siren() });
    const packets = await phone.heard(100);
    const from = packets[0]!;
    const to = packets[99]!;
    // Packets are numbered by the time that passed, also where a loaded machine came late to some.
    const media = ((to.timestamp - from.timestamp) >>> 0) / 8;
    expect(Math.abs(to.at - from.at - media)).toBeLessThan(60);
  });

  it('goes to the groups that its priority reaches, by the phones’ own order', async () => {
    connect({
      destinations: [
        { address: GROUP, port },
        { address: OTHER_GROUP, port, fromPriority: 8 },
      ],
    });
    const [usual, urgent] = [await listen(), await listen(OTHER_GROUP)];
    runner.show({ siren: siren(1_000, 7) });
    await usual.heard(5);
    expect(urgent.packets.all).toEqual([]);
    runner.show({ siren: siren(500, 9, 2) });
    await urgent.heard(5);
    const count = usual.packets.all.length;
    await urgent.heard(15);
    expect(usual.packets.all.length).toBeLessThanOrEqual(count + 1);
  });

  it('tells that a siren has come out when its first packet has left', async () => {
    connect();
    const phone = await listen();
    runner.show({ siren: siren() });
    expect(shows).toEqual([]);
    await phone.heard(3);
    expect(shows).toMatchObject([{ siren: { activityId: 1 } }]);
  });

  it('says that the interface is gone, and refuses addresses that are no groups', async () => {
    connect({ interface: 'no-such0' });
    runner.show({ siren: siren() });
    expect(states.at(-1)).toMatchObject({ state: 'failing' });
    expect(JSON.stringify(states.at(-1))).toContain('no-such0 is gone');
    await expect(runner.test('phones')).rejects.toThrow('no-such0 is gone');
    const refused = (settings: object) =>
      outputSchema.safeParse({ id: 'x', kind: 'multicast', settings }).success;
    expect(shows).toEqual([]);
    expect(refused({ destinations: [{ address: '192.168.0.7', port: 5_004 }] })).toBe(false);
    expect(refused({ destinations: [{ address: '239.255.0.1', port: 80 }] })).toBe(false);
    expect(refused({ destinations: [] })).toBe(false);
    const both = ['239.255.0.1', 'ff15::1'].map((address) => ({ address, port: 5_004 }));
    expect(refused({ destinations: both })).toBe(false);
  });
});

describe('A caller who speaks', () => {
  const speakers: Speaker[] = [];

  afterEach(() => {
    for (const speaker of speakers.splice(0)) speaker.close();
  });

  function page(priority: number, meanwhile: ShownPage['siren'] = 'duck'): ShownPage & { voice: Speaker } {
    const voice = new Speaker(600);
    speakers.push(voice);
    return { activityId: 9 as ActivityId, priority, voice, siren: meanwhile };
  }

  const levels = (packets: Parameters<typeof soundOf>[0]) => {
    const sound = soundOf(packets, 'PCMU').subarray(2_400);
    return { voice: toneLevel(sound, 8_000, 600), siren: toneLevel(sound, 8_000, 1_000) };
  };

  it('is heard alone, and listened to only as long', async () => {
    connect();
    const phone = await listen();
    const speaking = page(5);
    runner.page(speaking);
    const { voice } = levels(await phone.heard(40));
    expect(voice).toBeGreaterThan(0.42);
    runner.page(undefined);
    expect(speaking.voice.isHeard).toBe(false);
  });

  it.each([
    ['duck', 0.03, 0.12],
    ['silence', 0, 0.02],
  ] as const)(
    'has a siren of no higher priority %s meanwhile, in the same stream',
    async (meanwhile, low, high) => {
      connect();
      const phone = await listen();
      runner.show({ siren: siren() });
      const before = (await phone.heard(20)).length;
      runner.page(page(5, meanwhile));
      await phone.heard(before + 40);
      const during = levels(phone.packets.all.slice(before));
      expect(during.voice).toBeGreaterThan(0.42);
      expect(during.siren).toBeGreaterThanOrEqual(low);
      expect(during.siren).toBeLessThan(high);
      runner.page(undefined);
      const after = phone.packets.all.length;
      await phone.heard(after + 40);
      expect(levels(phone.packets.all.slice(after)).siren).toBeGreaterThan(0.45);
      expect(phone.ssrcs).toHaveLength(1);
    },
  );

  it('waits for a siren of a higher priority', async () => {
    connect();
    const phone = await listen();
    const speaking = page(5);
    runner.show({ siren: siren(1_000, 6) });
    runner.page(speaking);
    const { voice, siren: loud } = levels(await phone.heard(40));
    expect(speaking.voice.isHeard).toBe(false);
    expect(voice).toBeLessThan(0.02);
    expect(loud).toBeGreaterThan(0.45);
  });
});
