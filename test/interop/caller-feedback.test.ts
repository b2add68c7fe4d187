import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Baresip } from '../support/baresip.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';

/** The evacuation signal, and the higher of the two notes by which a call is answered. */
const EVACUATION_HERTZ = 520;
const ANSWER_HERTZ = 880;
/** Packets of 20 ms. */
const THREE_SECONDS = 150;

let lamp: Server;
let status: number;
let siren: TestDevice;
let phone: Baresip;

beforeEach(async () => {
  status = 200;
  lamp = createServer((_request, response) => {
    response.statusCode = status;
    response.end();
  });
  lamp.listen(0, '127.0.0.1');
  await once(lamp, 'listening');
  [siren, phone] = await Promise.all([TestDevice.start({ http: true }), Baresip.start()]);
  const url = `http://127.0.0.1:${(lamp.address() as AddressInfo).port}/`;
  const request = { method: 'POST', url };
  const output = { name: 'Lamp', kind: 'http', settings: { on: request, off: request } };
  expect(await siren.api('POST', '/outputs', output)).toMatchObject({ status: 201 });
}, 30_000);

afterEach(async () => {
  status = 200;
  await phone.close();
  await siren.close();
  lamp.close();
});

async function letHear(caller: object): Promise<void> {
  const profile = siren.device.config.get('profiles').find(({ name }) => name === 'Evacuation');
  expect(await siren.api('PUT', '/profiles/Evacuation', { ...profile, caller })).toMatchObject({
    status: 200,
  });
}

/** Calls, holds the line until so many packets came, runs what is to happen meanwhile, and gives what was heard. */
async function heard(meanwhile?: () => Promise<void>) {
  phone.dial(`sip:1001@${siren.sipAddress}`);
  await phone.event('CALL_ESTABLISHED');
  const sent = () => siren.device.calls.list()[0]?.media?.sent ?? 0;
  await until('three seconds of sound', () => sent() > THREE_SECONDS);
  if (meanwhile) {
    await meanwhile();
    const before = sent();
    await until('three seconds of sound', () => sent() > before + THREE_SECONDS);
  }
  phone.hangUp();
  await phone.event('CALL_CLOSED');
  return phone.heard();
}

describe('A caller', () => {
  it('hears the siren once a lamp shows it, and not after it was silenced', async () => {
    recordInterop({
      peer: 'baresip',
      version: programVersion('baresip'),
      feature: 'The siren is heard by its caller',
    });
    await letHear({ hears: 'siren' });
    const { samples, sampleRate } = await heard(async () => {
      await siren.api('POST', '/profiles/Evacuation/stop');
    });
    expect(toneLevel(samples.subarray(0, sampleRate), sampleRate, ANSWER_HERTZ)).toBeGreaterThan(0.1);
    expect(toneLevel(samples, sampleRate, EVACUATION_HERTZ)).toBeGreaterThan(0.1);
    const end = samples.subarray(-2 * sampleRate);
    expect(toneLevel(end, sampleRate, EVACUATION_HERTZ)).toBeLessThan(0.01);
  });

  it('hears nothing but the answer where no output has shown it', async () => {
    status = 500;
    await letHear({ hears: 'siren', toneFirst: true });
    const { samples, sampleRate } = await heard();
    expect(toneLevel(samples, sampleRate, ANSWER_HERTZ)).toBeGreaterThan(0.1);
    expect(toneLevel(samples.subarray(sampleRate), sampleRate, EVACUATION_HERTZ)).toBeLessThan(0.01);
    const after = samples.subarray(sampleRate);
    expect(Math.max(...after.subarray(0, 8_000).map(Math.abs))).toBeLessThan(0.01);
  });

  it('hears the name of the profile, which espeak-ng speaks', async () => {
    await letHear({ hears: 'name' });
    const { samples, sampleRate } = await heard();
    // The answer lasts 0.3 s; a word of four syllables follows it.
    const loud = samples.subarray(0.4 * sampleRate).filter((sample) => Math.abs(sample) > 0.02);
    expect(loud.length).toBeGreaterThan(0.15 * sampleRate);
    expect(siren.device.sounds.speech.ready({ text: 'Evacuation', voice: 'en', speed: 160 })).toBeDefined();
  });
});
