import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { countFlashes } from '../../../src/patterns/count-flashes.js';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

/** Starts and stops a profile forty times, as fast as the device can. */
function toggle(profile: string): void {
  const options = { owner: 'a test', cause: 'a test' };
  for (let turn = 0; turn < 40; turn++) {
    siren.device.siren.startProfile(profile, options);
    siren.device.siren.stopProfile(profile, options);
  }
}

/** The flashes of all that the output has shown. */
function flashes(): number {
  const pictures = siren.device.output.recording();
  const from = pictures[0]?.at ?? 0;
  const lasts = (pictures.at(-1)?.at ?? 0) - from;
  return countFlashes(
    (elapsed, frame) => {
      const shown = pictures.findLast(({ at }) => at <= from + elapsed);
      if (shown) frame.set(shown.frame);
    },
    { lasts, step: 0.01 },
  );
}

describe('A profile that is started and stopped forty times at once', () => {
  it('flashes three times at most, and is lit for every start', () => {
    toggle('All clear');
    expect(flashes()).toBeLessThanOrEqual(3);
    const dark = siren.device.output
      .recording()
      .filter(({ light, frame }) => light !== undefined && !frame.some((channel) => channel > 0));
    expect(dark).toEqual([]);
  });

  it('flashes as often as the device-wide limit says, from the moment it is set', async () => {
    expect(await siren.api('PATCH', '/light', { maxFlashesPerSecond: 1 })).toMatchObject({ status: 200 });
    toggle('All clear');
    expect(flashes()).toBeLessThanOrEqual(1);
    const turns = siren.device.output
      .recording()
      .filter(({ frame }, index, all) => frame.some((channel, at) => channel !== all[index - 1]?.frame[at]));
    // Lit, dark, and lit for the rest.
    expect(turns).toHaveLength(3);
  });

  it('cannot be one that flashes faster than the device may', async () => {
    const light = { pattern: 'flash1x', speed: 4, colors: ['red'], allowFastFlashing: true };
    const refused = await siren.api('POST', '/profiles', { name: 'Roof', light });
    expect(refused).toMatchObject({ status: 422 });
    expect(JSON.stringify(refused.body)).toMatch(/flashes 5 times a second.*light\.maxFlashesPerSecond/);
    const { status, body } = await siren.api('POST', '/profiles', {
      name: 'Roof',
      light: { ...light, allowFastFlashing: false },
    });
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringMatching(/allowFastFlashing/)]);
  });
});
