import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { join } from 'node:path';
import { launchBrowser, SCREENSHOTS, WatchedPage } from '../support/browser.js';
import { freePort } from '../support/free-port.js';
import { Sipp } from '../support/sipp/sipp.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';
import { readWav } from '../support/wav.js';
import { AudioSpy } from './audio-spy.js';
import { BeaconView, paintedOf } from './beacon-view.js';
import type { PageGlobals } from './page-globals.js';

const WEB_ROOT = join(process.cwd(), 'dist/web');
const DARK = Array<string>(12).fill('dark').join('; ');

let browser: Browser;
let siren: TestDevice;
let opened: WatchedPage[] = [];
let callers: Sipp[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  siren = await TestDevice.start({ http: true, webRoot: WEB_ROOT });
});

afterEach(async () => {
  for (const caller of callers) caller.stop();
  await Promise.all(callers.map((caller) => caller.finished().catch(() => undefined)));
  callers = [];
  await Promise.all(opened.map(({ context }) => context.close()));
  opened = [];
  await siren.close();
});

/** A page that has agreed to flashing light, unless it is to be asked. */
async function open(
  options: BrowserContextOptions & { readonly isAsked?: boolean } = {},
): Promise<WatchedPage> {
  const { isAsked = false, ...rest } = options;
  const watched = await WatchedPage.open(browser, { viewport: { width: 1280, height: 900 }, ...rest });
  opened.push(watched);
  if (!isAsked)
    await watched.context.addInitScript(() =>
      (globalThis as unknown as PageGlobals).localStorage.setItem('sipsiren.flashing-acknowledged', 'yes'),
    );
  return watched;
}

async function look(options?: Parameters<typeof open>[0]): Promise<Page> {
  const { page } = await open(options);
  await show(page);
  return page;
}

async function show(page: Page): Promise<void> {
  await page.goto(siren.url);
  await page.locator('.connection.connected').waitFor();
}

async function dial(extension: string, talk: number): Promise<Sipp> {
  const caller = await Sipp.start({ to: siren.sipAddress, extension, talk });
  callers.push(caller);
  return caller;
}

function complaints(): string[] {
  return opened.flatMap((watched) => watched.complaints);
}

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).innerText()).replaceAll(/\s+/g, ' ');
}

async function waitForNow(page: Page, name: string): Promise<void> {
  await page.getByTestId('now').filter({ hasText: name }).waitFor();
}

describe('while a call to 1001 lasts, the page', () => {
  it('shows the beacon as the output does, what is on, since when and why; and all is dark after the BYE', async () => {
    const page = await look();
    const beacon = new BeaconView(page);
    expect(await beacon.now()).toBe(DARK);
    const caller = await dial('1001', 9_000);
    await waitForNow(page, 'Evacuation');

    const seen = await beacon.during(1_500);
    const shown = new Set(siren.device.output.recording().map(({ frame }) => paintedOf(frame)));
    expect(seen.filter((painted) => !shown.has(painted))).toEqual([]);
    expect(seen).toContain(DARK);
    expect(seen.some((painted) => painted.includes('rgb(255, 0, 0)') && !painted.includes('dark'))).toBe(
      true,
    );

    expect(await textOf(page, '.hero .why')).toMatch(
      /rule "Evacuate on 1001" Guard \(guard@127\.0\.0\.1:\d+\) called 1001/,
    );
    expect(await textOf(page, 'section:has(#light-title) tr.running')).toMatch(
      /^Running Evacuation.*Flash 1x.* 8 /,
    );
    expect(await textOf(page, 'section:has(#siren-title) tr.running')).toMatch(
      /^Running Evacuation.*Siren: Evac.* 8 /,
    );
    const call = page.locator('.call.live');
    expect(await call.innerText()).toMatch(/^Active\s+Guard called 1001\s+guard@127\.0\.0\.1:\d+/);
    expect(await call.locator('.duration').innerText()).toMatch(/^0:0\d$/);
    await call.locator('.effect').waitFor();
    expect(await call.locator('.effect').innerText()).toMatch(
      /^Rule "Evacuate on 1001" became active .* It starts profile Evacuation\. Done in [\d.]+ ms\.$/,
    );
    await call.getByText('Why?').click();
    expect(await call.locator('.decisions').innerText()).toContain('Condition 1 is met');
    expect(await page.title()).toContain('Evacuation');
    await beacon.screenshotLit(join(SCREENSHOTS, 'page-alarm.png'));

    await caller.finished();
    await waitForNow(page, 'Nothing is running');
    expect(await beacon.now()).toBe(DARK);
    expect(await page.locator('tr.running').count()).toBe(0);
    expect(await page.getByText('No activities').count()).toBe(2);
    expect(await page.locator('.call').innerText()).toMatch(/^Ended/);
    expect(await page.title()).toBe('sipsiren');
    await page.screenshot({ path: join(SCREENSHOTS, 'page-quiet.png'), fullPage: true });
    expect(complaints()).toEqual([]);
  });

  it('counts durations by the clock of the device, whatever the browser thinks the time is', async () => {
    const watched = await open();
    await watched.context.addInitScript(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 3_600_000;
    });
    await show(watched.page);
    await dial('1001', 3_000);
    await waitForNow(watched.page, 'Evacuation');
    expect(await watched.page.getByTestId('elapsed').innerText()).toMatch(/^0:0\d$/);
    expect(await watched.page.locator('.call.live .duration').innerText()).toMatch(/^0:0\d$/);
  });

  it('can be looked at by several at once, on a phone and in the dark', async () => {
    const desk = await look({ colorScheme: 'dark' });
    const phone = await look({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true });
    await dial('1001', 6_000);
    await Promise.all([waitForNow(desk, 'Evacuation'), waitForNow(phone, 'Evacuation')]);
    const overflow = await phone.evaluate(() => {
      const { document, innerWidth } = globalThis as unknown as PageGlobals;
      return document.documentElement.scrollWidth - innerWidth;
    });
    expect(overflow).toBe(0);
    for (const [page, name] of [
      [desk, 'page-alarm-dark.png'],
      [phone, 'page-alarm-phone.png'],
    ] as const) {
      await new BeaconView(page).screenshotLit(join(SCREENSHOTS, name));
    }
    expect(complaints()).toEqual([]);
  });
});

describe('two profiles at once', () => {
  it('are listed with the higher priority running and the lower one waiting, which resumes', async () => {
    const page = await look();
    const intrusion = await dial('1001', 3_000);
    await waitForNow(page, 'Evacuation');
    await siren.api('POST', '/profiles/Intrusion/start');
    const rows = page.locator('section:has(#light-title) tbody tr');
    await rows.nth(1).waitFor();
    expect(await rows.nth(0).innerText()).toMatch(/^Running\s+Evacuation/);
    expect(await rows.nth(1).innerText()).toMatch(/^Waiting\s+Intrusion/);
    expect(await rows.nth(1).innerText()).toMatch(/[45]:\d\d/);
    expect(await textOf(page, '.hero .facts')).toContain('Waiting Intrusion');
    await new BeaconView(page).screenshotLit(join(SCREENSHOTS, 'page-two-priorities.png'));
    await intrusion.finished();
    await waitForNow(page, 'Intrusion');
    expect(await rows.count()).toBe(1);
    expect(await textOf(page, '.hero .why')).toContain('by hand, through the API');
    expect(complaints()).toEqual([]);
  });
});

describe('the sound', () => {
  it('plays the loop of the sounding pattern after a click, and ends with the alarm', async () => {
    const watched = await open();
    const { page } = watched;
    const spy = await AudioSpy.install(watched);
    await show(page);
    await siren.api('POST', '/profiles/Evacuation/start');
    await page.getByText('The siren sounds').waitFor();
    expect(await spy.states()).toEqual([]);
    await page.getByRole('button', { name: 'Turn sound on' }).click();
    const [loop] = await spy.playing(1);
    expect(await spy.states()).toEqual(['running']);
    const wav = await fetch(`${siren.url}/api/v1/sounds/Siren%3A%20Evac?sampleRate=16000&intensity=5`);
    const { samples } = readWav(Buffer.from(await wav.arrayBuffer()));
    expect(loop).toMatchObject({ loop: true, sampleRate: 16_000, length: samples.length });
    for (const [index, sample] of loop!.excerpt.entries()) expect(sample).toBeCloseTo(samples[index]!, 3);

    await siren.api('POST', '/siren/stop');
    await page.getByText('The siren is silent.').waitFor();
    expect(await spy.playing(0)).toEqual([]);
    await page.getByRole('button', { name: 'Turn sound off' }).click();
    await until('the audio context is closed', async () => (await spy.states()).join() === 'closed');
    expect(complaints()).toEqual([]);
  });
});

describe('flashing light', () => {
  it('is warned of before it is shown, and the answer is remembered', async () => {
    const { page } = await open({ isAsked: true });
    await show(page);
    await siren.api('POST', '/profiles/Evacuation/start');
    await waitForNow(page, 'Evacuation');
    const warning = page.getByText('can trigger seizures');
    expect(await warning.isVisible()).toBe(true);
    await new BeaconView(page).whenLit();
    expect(new Set((await new BeaconView(page).during(1_500)).slice(-40)).size).toBe(1);
    await page.screenshot({ path: join(SCREENSHOTS, 'page-warning.png'), fullPage: true });
    await page.getByRole('button', { name: 'Show flashing light' }).click();
    expect(await warning.isVisible()).toBe(false);
    expect(await new BeaconView(page).during(1_500)).toContain(DARK);
    await page.reload();
    await waitForNow(page, 'Evacuation');
    expect(await warning.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Stop flashing on this page' }).click();
    expect(await warning.isVisible()).toBe(true);
    expect(complaints()).toEqual([]);
  });

  it('is never shown to who asks for reduced motion, however the answer was', async () => {
    const page = await look({ reducedMotion: 'reduce' });
    await siren.api('POST', '/profiles/Intrusion/start');
    await waitForNow(page, 'Intrusion');
    const beacon = new BeaconView(page);
    await beacon.whenLit();
    const brightness = await beacon.brightnessDuring(3_000);
    for (const [index, value] of brightness.entries())
      expect(value).toBeGreaterThanOrEqual((brightness[index - 1] ?? 0) - 0.001);
    expect(await page.getByText('asks for reduced motion').isVisible()).toBe(true);
    await page.screenshot({ path: join(SCREENSHOTS, 'page-reduced-motion.png'), fullPage: true });
    await siren.api('POST', '/siren/stop');
    await waitForNow(page, 'Nothing is running');
    expect(await beacon.now()).toBe(DARK);
    expect(complaints()).toEqual([]);
  });
});

describe('a lost connection', () => {
  it('is shown, and the page recovers when a device answers on the port again', async () => {
    await siren.close();
    const httpPort = await freePort();
    const options = { http: true, httpPort, webRoot: WEB_ROOT };
    siren = await TestDevice.start(options);
    const page = await look();
    await siren.api('POST', '/profiles/Evacuation/start');
    await waitForNow(page, 'Evacuation');
    await siren.close();
    await page.locator('.connection.lost').waitFor();
    expect(await page.getByText('What you see is old').isVisible()).toBe(true);
    expect(await textOf(page, '.hero .eyebrow')).toContain('last known');
    await page.screenshot({ path: join(SCREENSHOTS, 'page-connection-lost.png'), fullPage: true });
    siren = await TestDevice.start(options);
    await page.locator('.connection.connected').waitFor();
    await waitForNow(page, 'Nothing is running');
    expect(await new BeaconView(page).now()).toBe(DARK);
    expect(await page.getByText('What you see is old').isVisible()).toBe(false);
    await siren.api('POST', '/profiles/Doorbell/start');
    await waitForNow(page, 'Doorbell');
    // Requests to a device that is away fail in many ways: refused, reset, cut off in the middle.
    const others = complaints().filter((text) => !text.startsWith('Failed to load resource: net::'));
    expect(others).toEqual([]);
  });
});

describe('by keyboard', () => {
  it('the first key leads past the head, focus can be seen, and Stop all stops everything', async () => {
    const page = await look();
    await siren.api('POST', '/profiles/Evacuation/start');
    await waitForNow(page, 'Evacuation');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ text: 'Skip to the content' });
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ text: 'Stop all', outline: 'solid' });
    await page.keyboard.press('Enter');
    await waitForNow(page, 'Nothing is running');
    expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
    expect(await page.getByRole('button', { name: 'Stop all', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Start Doorbell' }).focus();
    await page.keyboard.press('Space');
    await waitForNow(page, 'Doorbell');
    expect(complaints()).toEqual([]);
  });
});

describe('a call without effect', () => {
  it('that was refused is shown with the reason', async () => {
    const page = await look();
    await siren.api('PATCH', '/sip', { allowIncomingCalls: false });
    await (await dial('1001', 100)).finished().catch(() => undefined);
    await page.locator('.call').waitFor();
    expect(await page.locator('.call').innerText()).toMatch(/^Refused\s+Guard/);
    expect(await textOf(page, '.call .detail')).toContain('not allowed');
    expect(complaints()).toEqual([]);
  });

  it('that no rule waits for can be asked why', async () => {
    const page = await look();
    await dial('1009', 4_000);
    await page.locator('.call.live').waitFor();
    expect(await page.getByTestId('now').innerText()).toBe('Nothing is running.');
    await page.getByText('No rule reacted. Why?').click();
    const reasons = page.locator('.call .decisions');
    await reasons.waitFor();
    expect(await reasons.innerText()).toMatch(/localUri is sip:1009@.*, expected 1001/);
    await page.screenshot({ path: join(SCREENSHOTS, 'page-no-rule.png'), fullPage: true });
    expect(complaints()).toEqual([]);
  });
});

describe('how to dial', () => {
  it('names the extensions of the rules with the address that the device is called at', async () => {
    const page = await look();
    await page.getByText(`sip:1001@127.0.0.1:${siren.sipPort}`).waitFor();
    expect(await page.getByText(`sip:1002@127.0.0.1:${siren.sipPort}`).isVisible()).toBe(true);
  });
});

function focused(page: Page): Promise<{ text: string; outline: string }> {
  return page.evaluate(() => {
    const { document, getComputedStyle } = globalThis as unknown as PageGlobals;
    const element = document.activeElement;
    return { text: element.innerText, outline: getComputedStyle(element).outlineStyle };
  });
}
