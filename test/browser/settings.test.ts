import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { join } from 'node:path';
import { launchBrowser, SCREENSHOTS, WatchedPage } from '../support/browser.js';
import { TestDevice } from '../support/test-device.js';

let browser: Browser;
let siren: TestDevice;
let watched: WatchedPage;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  siren = await TestDevice.start({ http: true, webRoot: join(process.cwd(), 'dist/web') });
  watched = await WatchedPage.open(browser, { viewport: { width: 1280, height: 1000 } });
  // What a test waits for in vain is named, well before the test as a whole is given up.
  watched.page.setDefaultTimeout(15_000);
});

afterEach(async () => {
  expect(watched.complaints.filter((text) => !isRefusal(text))).toEqual([]);
  await watched.context.close();
  await siren.close();
});

/** The browser itself notes each refused request; the page shows it where it belongs. */
function isRefusal(text: string): boolean {
  return /the server responded with a status of 4(?:09|22)/.test(text);
}

async function look(place: string): Promise<Page> {
  const { page } = watched;
  await page.goto(`${siren.url}/#/${place}`);
  await page.locator('.connection.connected').waitFor();
  return page;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function profileNamed(name: string): Promise<unknown> {
  return (await siren.api('GET', `/profiles/${encodeURIComponent(name)}`)).body;
}

describe('the page of profiles', () => {
  it('makes a profile of a pattern whose speeds and colours it knows', async () => {
    const page = await look('profiles');
    await button(page, 'New profile').click();
    await page.locator('#profile_name').fill('Gate');
    await page.locator('#profile_light__optionalAdd').click();
    await page.locator('#profile_light_pattern').selectOption('Alternate');
    await page.locator('#profile_light_colors_0').selectOption({ label: 'green' });
    await page.screenshot({ path: join(SCREENSHOTS, 'profile-editor.png'), fullPage: true });
    await button(page, 'Save').click();
    await page.getByText('Gate', { exact: true }).waitFor();
    expect(await profileNamed('Gate')).toMatchObject({
      name: 'Gate',
      light: { pattern: 'Alternate', colors: [expect.stringMatching('green'), expect.any(String)] },
      priority: 3,
    });
    expect(await profileNamed('Gate')).not.toHaveProperty('siren');
  });

  it('shows what is being edited before it is saved, light only too, and stops that with the editor', async () => {
    const page = await look('profiles');
    await button(page, 'Edit Evacuation').click();
    await button(page, 'Light only').click();
    const started = await siren.event(
      'activity',
      ({ change, purpose }) => change === 'started' && purpose === 'preview',
    );
    expect(started.event.function).toBe('light');
    await button(page, 'Cancel').click();
    await siren.event('activity', ({ change, purpose }) => change === 'ended' && purpose === 'preview');
    expect(siren.events('activity').filter((event) => event.function === 'siren')).toEqual([]);
  });

  it('says at the field what the device refuses, and loses nothing that was entered', async () => {
    const page = await look('profiles');
    await button(page, 'Edit Doorbell').click();
    await page.locator('#profile_priority').fill('11');
    await button(page, 'Save').click();
    await page.locator('.form .refusal').waitFor();
    expect(await page.locator('.rjsf-field:has(> #profile_priority)').innerText()).toContain('10');
    expect(await page.locator('#profile_priority').inputValue()).toBe('11');
    expect(await profileNamed('Doorbell')).toMatchObject({ priority: 2 });
    await page.locator('#profile_priority').fill('9');
    await button(page, 'Save').click();
    await siren.event('configuration', ({ sections }) => sections.includes('profiles'));
    expect(await profileNamed('Doorbell')).toMatchObject({ priority: 9 });
  });

  it('copies a profile, and deletes it at the second press; one that rules use it names', async () => {
    const page = await look('profiles');
    await button(page, 'Copy Evacuation').click();
    await button(page, 'Delete Evacuation 2').click();
    expect(await profileNamed('Evacuation 2')).toMatchObject({ name: 'Evacuation 2' });
    await button(page, 'Really delete Evacuation 2').click();
    await button(page, 'Edit Evacuation 2').waitFor({ state: 'detached' });
    await button(page, 'Delete Evacuation').click();
    await button(page, 'Really delete Evacuation').click();
    await page.getByText('Evacuate on 1001').waitFor();
    expect(await profileNamed('Evacuation')).toMatchObject({ name: 'Evacuation' });
  });
});

describe('the page of settings', () => {
  it('adds an output, tries it, shows that it fails and why, and deletes it', async () => {
    const page = await look('settings/outputs');
    await button(page, 'Add').first().click();
    await page.getByRole('combobox').first().selectOption({ label: 'WLED' });
    await page.locator('#outputs_id').fill('strip');
    await page.locator('#outputs_settings_host').fill('127.0.0.1');
    await page.screenshot({ path: join(SCREENSHOTS, 'outputs.png'), fullPage: true });
    await button(page, 'Save').click();
    await button(page, 'Test strip').click();
    await page.locator('li', { hasText: 'strip' }).getByRole('status').waitFor();
    await button(page, 'Delete strip').click();
    await button(page, 'Really delete strip').click();
    await button(page, 'Test strip').waitFor({ state: 'detached' });
    expect((await siren.api('GET', '/outputs')).body).toHaveLength(1);
  });

  it('changes a SIP setting, keeps what others are, and says what contradicts', async () => {
    const page = await look('settings/sip');
    const before = (await siren.api('GET', '/sip')).body as Record<string, unknown>;
    await page.locator('#sip_callingTimeoutSeconds').fill('601');
    await button(page, 'Save').click();
    await page.locator('.form .refusal').waitFor();
    await page.locator('#sip_callingTimeoutSeconds').fill('45');
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect((await siren.api('GET', '/sip')).body).toEqual({ ...before, callingTimeoutSeconds: 45 });
  });

  it('changes a rule and suggests the profiles that there are', async () => {
    const page = await look('settings/rules');
    await button(page, 'Edit Evacuate on 1001').click();
    await page.locator('#rules_name').fill('Evacuate');
    await page.locator('datalist option[value="Intrusion"]').first().waitFor({ state: 'attached' });
    await button(page, 'Save').click();
    await button(page, 'Edit Evacuate').waitFor();
    expect((await siren.api('GET', '/rules')).body).toMatchObject([{ name: 'Evacuate' }, {}]);
  });

  it('keeps a password that is not entered anew', async () => {
    await siren.api('POST', '/accounts', {
      id: 'office',
      mode: 'registered',
      name: 'Office',
      userId: '6001',
      registrar: '127.0.0.1:9',
      password: 'secret-one',
      active: false,
    });
    const page = await look('settings/accounts');
    await button(page, 'Edit Office').click();
    await page.locator('#accounts_name').fill('Back office');
    await button(page, 'Save').click();
    await button(page, 'Edit Back office').waitFor();
    const stored = siren.device.config.get('accounts').find(({ id }) => id === 'office');
    expect(stored).toMatchObject({ name: 'Back office', password: 'secret-one', userId: '6001' });
  });
});

describe('the alarms of the overview', () => {
  it('are acknowledged by a press, which silences the siren and says so', async () => {
    await siren.api('POST', '/profiles', {
      name: 'Burglary',
      light: { pattern: 'Steady', colors: ['blue'] },
      siren: { pattern: 'Siren: Alternate' },
      acknowledgement: { effect: 'silence' },
    });
    const page = await look('overview');
    await siren.api('POST', '/profiles/Burglary/start');
    await button(page, 'Acknowledge Burglary').click();
    await siren.event('alarm', ({ change }) => change === 'acknowledged');
    await page.getByText('acknowledged', { exact: true }).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'alarms.png'), fullPage: true });
    expect(siren.device.siren.status()).toMatchObject({ light: [{ profile: 'Burglary' }], siren: [] });
  });
});

describe('files', () => {
  it('are uploaded, or refused with what is wrong with them', async () => {
    const page = await look('settings/announcements');
    await page.getByText('Upload a file').click();
    await page.getByLabel('Name').fill('welcome');
    await page.getByLabel('File').setInputFiles({
      name: 'welcome.wav',
      mimeType: 'audio/wav',
      buffer: Buffer.from('no WAV at all'),
    });
    await button(page, 'Upload').click();
    await page.locator('.refusal').waitFor();
    expect((await siren.api('GET', '/announcements')).body).toEqual([]);
  });
});

describe('the rules', () => {
  it('are looked over, and tell what a call would do without doing it', async () => {
    await siren.api('POST', '/rules', {
      name: 'Alarm on',
      conditions: [{ kind: 'call.stateChange', reason: 'AcceptedByDevice', localUri: '1005' }],
      actions: [{ kind: 'siren.profile', profile: 'Evacuation', run: 'start' }],
    });
    const page = await look('settings/rules');
    await page.getByText('no rule stops it').waitFor();
    await page.getByLabel('To', { exact: true }).fill('1005');
    await button(page, 'Ask').click();
    await page.getByText('Alarm on: starts profile Evacuation').waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'rules.png'), fullPage: true });
    expect(siren.device.siren.status()).toEqual({ light: [], siren: [] });
  });

  it('hear a manual trigger that is pressed on the overview', async () => {
    await siren.api('POST', '/manual-triggers', { id: 'panic', name: 'Panic' });
    const page = await look('overview');
    await button(page, 'Turn Panic on').click();
    await siren.event('trigger.manual', ({ active }) => active);
    await button(page, 'Turn Panic off').waitFor();
  });
});
