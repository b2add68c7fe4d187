import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, SCREENSHOTS, WatchedPage } from '../support/browser.js';
import { TestDevice } from '../support/test-device.js';

const WEB_ROOT = join(process.cwd(), 'dist/web');

let browser: Browser;
let siren: TestDevice;
let watched: WatchedPage;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  siren = await TestDevice.start({ http: true, webRoot: WEB_ROOT });
  watched = await WatchedPage.open(browser, { viewport: { width: 1280, height: 1_400 } });
});

afterEach(async () => {
  await watched.context.close();
  await siren.close();
});

async function show(): Promise<Page> {
  await watched.page.goto(siren.url);
  await watched.page.locator('.connection.connected').waitFor();
  return watched.page;
}

const row = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Signaling LED status' }).getByRole('row', { name });

describe('The page', () => {
  it('turns maintenance mode on for a time and off, and its row cannot be stopped as an alarm can', async () => {
    const page = await show();
    await page.getByLabel('Duration').selectOption({ label: '2 hours' });
    await page.getByRole('button', { name: 'Turn on', exact: true }).click();
    await row(page, 'Maintenance').waitFor();
    await siren.api('POST', '/profiles/Evacuation/start', undefined);
    await row(page, 'Evacuation').filter({ hasText: 'Waiting' }).waitFor();
    expect(await row(page, 'Maintenance').getByRole('button').count()).toBe(0);
    expect(await row(page, 'Evacuation').getByRole('button').count()).toBe(1);
    expect(siren.device.siren.own('maintenance')?.secondsLeft).toBeGreaterThan(7_100);
    await page.screenshot({ path: join(SCREENSHOTS, 'maintenance.png'), fullPage: true });
    await page.locator('.notices').getByRole('button', { name: 'Turn off' }).click();
    await row(page, 'Evacuation').filter({ hasText: 'Running' }).waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('makes a health check and tells of its result, output by output', async () => {
    const page = await show();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await row(page, 'Health check').waitFor();
    await siren.event('healthCheck', ({ state }) => state === 'passed');
    await page.getByTestId('last-health-check').filter({ hasText: 'passed' }).waitFor();
    await page.getByText('virtual: works').waitFor();
  });

  it('previews a profile and stops that, and lets the device identify itself', async () => {
    const page = await show();
    await page.getByRole('button', { name: 'Preview Evacuation' }).click();
    await row(page, 'Preview').getByRole('button', { name: 'Stop Preview' }).click();
    await row(page, 'Preview').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Show it' }).click();
    await row(page, 'Identify').waitFor();
  });

  it('exports the profiles to a file and imports it, and tells what is wrong with another', async () => {
    const page = await show();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export all' }).click();
    const file = await (await download).path();
    await page.getByText('Import', { exact: true }).click();
    await page.getByLabel('File', { exact: true }).setInputFiles(file);
    await page.getByRole('button', { name: 'Import the file' }).click();
    await page.getByText('which the device has already').waitFor();
    const buffer = Buffer.from('[{"name":"Lunch","light":{"pattern":"Steady","colors":["green"]}}]');
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'lunch.json', mimeType: 'application/json', buffer });
    await page.getByRole('button', { name: 'Import the file' }).click();
    await page.getByText('Lunch').first().waitFor();
  });
});
