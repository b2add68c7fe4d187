import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { version as sipJsVersion } from 'sip.js';
import { launchBrowser, WatchedPage } from '../support/browser.js';
import { recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';

interface WebPhone {
  dial(host: string, extension: string): Promise<string>;
  hangUp(): Promise<void>;
}

let browser: Browser;
let script: string;
let siren: TestDevice;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  script = bundledPhone();
}, 60_000);

afterAll(() => browser.close());

beforeEach(async () => {
  siren = await TestDevice.start({ http: true, webRoot: join(process.cwd(), 'dist/web') });
  ({ page } = await WatchedPage.open(browser, { bypassCSP: true }));
  await page.goto(siren.url);
  await page.addScriptTag({ content: script });
});

afterEach(async () => {
  await page.context().close();
  await siren.close();
});

function bundledPhone(): string {
  const folder = join(process.cwd(), 'test-results/phone');
  const vite = join(process.cwd(), 'node_modules/vite/bin/vite.js');
  const source = join(process.cwd(), 'test/browser/phone');
  execFileSync(process.execPath, [vite, 'build', source, '--outDir', folder, '--logLevel', 'warn']);
  return readFileSync(join(folder, 'phone.iife.js'), 'utf8');
}

function dial(extension: string): Promise<string> {
  return page.evaluate(
    ([host, dialled]) => (globalThis as unknown as { phone: WebPhone }).phone.dial(host!, dialled!),
    [new URL(siren.url).host, extension],
  );
}

function hangUp(): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as { phone: WebPhone }).phone.hangUp());
}

describe('A phone in the browser', () => {
  it('dials an extension over WebSocket, the profile runs, and ends when it hangs up', async () => {
    recordInterop({ peer: 'SIP.js', version: sipJsVersion, feature: 'Call from Chromium over WebSocket' });
    expect(await dial('1001')).toBe('answered');
    await siren.event('activity', ({ change, profile }) => change === 'started' && profile === 'Evacuation');
    expect((await siren.api('GET', '/calls')).body).toMatchObject([{ state: 'Active', transport: 'ws' }]);
    await hangUp();
    await siren.event('activity', ({ change, profile }) => change === 'ended' && profile === 'Evacuation');
  });

  it('is refused like every other caller', async () => {
    await siren.api('PATCH', '/sip', { allowIncomingCalls: false });
    expect(await dial('1001')).toBe('ended');
    expect((await siren.api('GET', '/calls')).body).toMatchObject([
      { state: 'Idle', refusal: 'incomingCallsNotAllowed' },
    ]);
  });

  it('finds no way in where WebSocket is turned off', async () => {
    await siren.api('PATCH', '/sip', { webSocket: false });
    await expect(dial('1001')).rejects.toThrow();
  });
});
