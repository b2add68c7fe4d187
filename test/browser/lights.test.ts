import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { LIGHT_CAPABILITIES } from '../../src/patterns/light-capabilities.js';
import type { LightColor } from '../../src/patterns/light-color.js';
import { createLightFrame, type LightFrame } from '../../src/patterns/light-frame.js';
import { findLightPattern } from '../../src/patterns/light/index.js';
import { launchBrowser, SCREENSHOTS, WatchedPage } from '../support/browser.js';
import { TestDevice } from '../support/test-device.js';
import { BeaconView, paintedOf } from './beacon-view.js';
import type { PageGlobals } from './page-globals.js';

const WEB_ROOT = join(process.cwd(), 'dist/web');

/** Long enough for a strobe to come and go, or a beam to leave a section. */
const LOOK_MS = 600;

let browser: Browser;
let siren: TestDevice;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  siren = await TestDevice.start({ http: true, webRoot: WEB_ROOT });
  watched = await WatchedPage.open(browser, { viewport: { width: 1280, height: 900 } });
  await watched.context.addInitScript(() =>
    (globalThis as unknown as PageGlobals).localStorage.setItem('sipsiren.flashing-acknowledged', 'yes'),
  );
  page = watched.page;
  await page.goto(siren.url);
  await page.locator('.connection.connected').waitFor();
});

afterAll(async () => {
  await watched.context.close();
  await browser.close();
  await siren.close();
});

/** Stores a profile of one light under the name of its pattern, and starts it. */
async function show(light: Record<string, unknown> & { readonly pattern: string }): Promise<void> {
  const name = light.pattern;
  await siren.api('POST', '/profiles', { name, light: { intensity: 5, ...light } });
  await siren.api('POST', `/profiles/${encodeURIComponent(name)}/start`);
  await page.getByTestId('now').filter({ hasText: name }).waitFor();
}

async function leave(name: string): Promise<void> {
  await siren.api('POST', `/profiles/${encodeURIComponent(name)}/stop`);
  await siren.api('DELETE', `/profiles/${encodeURIComponent(name)}`);
}

/** The first frame of a pattern. */
function frameOf(name: string, colors: readonly LightColor[]): LightFrame {
  const frame = createLightFrame();
  findLightPattern(name)?.render(0, { speed: 1, intensity: 5, colors }, frame);
  return frame;
}

describe('The page shows', () => {
  it.each(LIGHT_CAPABILITIES.map((capability) => [capability.name, capability] as const))(
    '%s as the output does',
    async (name, { colors, moves }) => {
      const beacon = new BeaconView(page);
      const chosen = colors.max === 1 ? (['blue'] as const) : colors.default;
      await show({ pattern: name, colors: chosen });
      const seen = await beacon.during(LOOK_MS);
      const shown = new Set(siren.device.output.recording().map(({ frame }) => paintedOf(frame)));
      await page.locator('.stage').screenshot({ path: join(SCREENSHOTS, `light-${name}.png`) });
      await leave(name);
      expect(seen.filter((painted) => !shown.has(painted))).toEqual([]);
      // The flash limit may still have had to do with the pattern before at first.
      if (!moves) expect(seen.at(-1)).toBe(paintedOf(frameOf(name, chosen)));
      expect(watched.complaints).toEqual([]);
    },
  );

  it('a warning beside a profile that flashes faster than is safe, and while it shows', async () => {
    await siren.api('PATCH', '/light', { maxFlashesPerSecond: 5 });
    await show({ pattern: 'Flash 1x', speed: 4, colors: ['white'], allowFastFlashing: true });
    const warning = /flashes up to 5 times a second.*photosensitive epilepsy/;
    expect(await page.locator('.hero .caution').innerText()).toMatch(warning);
    const row = page.locator('section:has(#profiles-title) li').filter({ hasText: 'Flash 1x' });
    expect(await row.filter({ hasText: 'up to 5 times' }).innerText()).toMatch(warning);
    await new BeaconView(page).screenshotLit(join(SCREENSHOTS, 'page-fast-flashing.png'));
    await leave('Flash 1x');
    await page.locator('.caution').first().waitFor({ state: 'detached' });
  });
});
