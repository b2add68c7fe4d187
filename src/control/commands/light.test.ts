import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { StandInDevice } from '../../../test/support/stand-in-device.js';

const STROBE = {
  name: 'Strobe',
  light: { pattern: 'Flash 1x', speed: 4, intensity: 5, colors: ['white'], allowFastFlashing: true },
};
const BLINKS = { name: 'Blinks', light: { pattern: 'Blink 3x', speed: 3 } };

let device: StandInDevice;

beforeEach(async () => {
  device = await StandInDevice.start(new FakeClock());
});

afterEach(() => device.close());

function run(name: string, input: unknown = {}): Promise<unknown> {
  return device.control.run(name, input, { role: 'administrator', name: 'a test' });
}

describe('how fast light may flash', () => {
  it('is three times a second, about which there is nothing to warn of', async () => {
    expect(await run('light.get')).toEqual({ maxFlashesPerSecond: 3, warnings: [] });
  });

  it('is in the list of patterns for each speed', async () => {
    const { light } = (await run('patterns.list')) as { light: { name: string }[] };
    expect(light).toHaveLength(23);
    expect(light.find(({ name }) => name === 'Flash 1x')).toEqual({
      name: 'Flash 1x',
      speeds: [1, 2, 3, 4],
      defaultSpeed: 2,
      intensities: [1, 2, 3, 4, 5],
      defaultIntensity: 2,
      colors: { min: 1, max: 1, allowed: ['red', 'green', 'blue', 'amber', 'white'], default: ['white'] },
      moves: true,
      flashesPerSecond: [1, 1, 2, 5],
    });
  });

  it('is too little for a profile that asks for more, until it is raised; then there is a warning', async () => {
    await expect(run('profiles.create', { profile: STROBE })).rejects.toMatchObject({
      problems: [
        {
          message: expect.stringMatching(
            /"Strobe" flashes 5 times a second.*more than 3.*maxFlashesPerSecond/,
          ),
          accepted: 'a slower speed, or a limit of 5 or more',
        },
      ],
    });
    await run('light.update', { settings: { maxFlashesPerSecond: 5 } });
    await run('profiles.create', { profile: STROBE });
    expect(await run('light.get')).toEqual({
      maxFlashesPerSecond: 5,
      warnings: [
        {
          profile: 'Strobe',
          flashesPerSecond: 5,
          message: expect.stringMatching(/up to 5 times a second\. .*photosensitive epilepsy\.$/),
        },
      ],
    });
    await expect(run('light.update', { settings: { maxFlashesPerSecond: 4 } })).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining('"Strobe"') }],
    });
  });

  it('can be less than patterns show, which are then shown slower, with a warning', async () => {
    await run('profiles.create', { profile: BLINKS });
    expect(await run('light.update', { settings: { maxFlashesPerSecond: 2 } })).toMatchObject({
      warnings: [
        { profile: 'Blinks', flashesPerSecond: 3, message: expect.stringMatching(/shows 2 at most/) },
      ],
    });
  });

  it.each([0, 11, 2.5])('is never %s', async (maxFlashesPerSecond) => {
    await expect(run('light.update', { settings: { maxFlashesPerSecond } })).rejects.toMatchObject({
      problems: [{ path: 'settings.maxFlashesPerSecond' }],
    });
  });
});
