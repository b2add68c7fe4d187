import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { join } from 'node:path';
import { launchBrowser, SCREENSHOTS, WatchedPage } from '../support/browser.js';
import { Mosquitto } from '../support/mosquitto.js';
import { TestDevice } from '../support/test-device.js';
import { WebReceiver } from '../support/web-receiver.js';

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
    await page.getByLabel('File', { exact: true }).setInputFiles({
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

  it('say what they wait for and do, how they stand and why, and are turned on and off', async () => {
    await siren.api('POST', '/rules', {
      id: 'gate',
      name: 'Gate',
      conditions: [{ kind: 'io.virtualInput', port: 1 }],
      actions: [{ kind: 'siren.profile', profile: 'Doorbell', run: 'whileActive' }],
    });
    const page = await look('settings/rules');
    const row = page.locator('.rows > li').filter({ hasText: 'Gate' });
    await row.getByText('When the virtual input 1 is active').waitFor();
    await row.getByText('Then run profile Doorbell while the rule is active').waitFor();
    await siren.api('POST', '/virtual-inputs/1/activate');
    await row.locator('.badge').getByText('active', { exact: true }).waitFor();
    await row.getByText(/^Active since /).waitFor();
    await row.getByText('Why lately?').click();
    await row.getByText('Rule "Gate" became active when virtual input 1 became active').waitFor();
    await button(page, 'Turn off Gate').click();
    await row.locator('.badge').getByText('turned off', { exact: true }).waitFor();
    expect((await siren.api('GET', '/rules/gate')).body).toMatchObject({ enabled: false });
    await button(page, 'Turn on Gate').click();
    await row.locator('.badge').getByText('active', { exact: true }).waitFor();
    await button(page, 'Edit Gate').click();
    await page.getByText('Use this condition as a trigger').waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'rule-editor.png'), fullPage: true });
  });

  it('keep what they leave out when something else of them is changed', async () => {
    const place = { kind: 'call.place', to: 'sip:guard@127.0.0.1:9' };
    const conditions = [{ kind: 'io.virtualInput', port: 1 }];
    await siren.api('POST', '/rules', { id: 'tell', name: 'Tell', conditions, actions: [place] });
    const page = await look('settings/rules');
    const edit = async (change: () => Promise<void>) => {
      await button(page, 'Edit Tell').click();
      await change();
      await button(page, 'Save').click();
      await button(page, 'Edit Tell').waitFor();
      return ((await siren.api('GET', '/rules/tell')).body as { actions: object[] }).actions[0];
    };
    const kept = await edit(() => page.locator('#rules_waitSeconds').fill('5'));
    expect(kept).toMatchObject(place);
    expect(kept).not.toHaveProperty('play');
    const play = await edit(() => page.locator('#rules_actions_0_play__optionalAdd').click());
    expect(play).toMatchObject({ ...place, play: { kind: 'tone', hertz: 440 } });
  });

  it('hear a manual trigger that is pressed on the overview', async () => {
    await siren.api('POST', '/manual-triggers', { id: 'panic', name: 'Panic' });
    const page = await look('overview');
    await button(page, 'Turn Panic on').click();
    await siren.event('trigger.manual', ({ active }) => active);
    await button(page, 'Turn Panic off').waitFor();
  });
});

describe('the page of recipients', () => {
  it('tries out what is entered before it is saved, hides secrets, and begins a new one as a copy', async () => {
    const web = await WebReceiver.start();
    try {
      const url = `http://127.0.0.1:${web.port}/notify`;
      const settings = { url, user: 'me', password: 'so-secret' };
      await siren.api('POST', '/recipients', { id: 'web', name: 'Web', kind: 'http', settings });
      const page = await look('settings/recipients');
      await button(page, 'Edit Web').click();
      const password = page.locator('#recipients_settings_password');
      expect(await password.getAttribute('type')).toBe('password');
      expect(await password.inputValue()).toBe('');
      await page.locator('#recipients_settings_url').fill(`${url}/elsewhere`);
      await button(page, 'Test').click();
      await page.getByText('It was delivered.').waitFor();
      expect(web.requests.all.map((request) => request.url)).toEqual(['/notify/elsewhere']);
      await page.locator('#recipients_settings_url').fill('nowhere');
      await button(page, 'Test').click();
      await page.locator('.rjsf-field:has(> #recipients_settings_url)').getByText('no address').waitFor();
      await button(page, 'Cancel').click();
      expect(await recipientNames()).toEqual([['Web', url]]);
      await button(page, 'Copy Web').click();
      await button(page, 'Save').click();
      await page.getByText('Web (copy)').waitFor();
      expect(await recipientNames()).toEqual([
        ['Web', url],
        ['Web (copy)', url],
      ]);
    } finally {
      await web.close();
    }
  });

  it('shows what was given up, to be tried again', async () => {
    const web = await WebReceiver.start();
    try {
      web.manner = 413;
      const settings = { url: `http://127.0.0.1:${web.port}/` };
      await siren.api('POST', '/recipients', { id: 'web', name: 'Web', kind: 'http', settings });
      await siren.api('POST', '/recipients/web/send', { text: 'Hello' });
      const page = await look('settings/recipients');
      await page.getByText('What was given up').click();
      await page.getByText('refused: the server answers 413').waitFor();
      await page.screenshot({ path: join(SCREENSHOTS, 'settings-recipients.png') });
      web.manner = 200;
      await button(page, 'Try again').click();
      await page.getByText('What was given up').waitFor({ state: 'detached' });
      await page.getByText('last delivered').waitFor();
    } finally {
      await web.close();
    }
  });

  async function recipientNames(): Promise<unknown[]> {
    const list = (await siren.api('GET', '/recipients')).body as {
      name: string;
      settings: { url: string };
    }[];
    return list.map(({ name, settings }) => [name, settings.url]);
  }
});

describe('the page of schedules', () => {
  it('tells when they come, also before they are saved, and brings them from a calendar', async () => {
    await siren.api('POST', '/schedules', {
      name: 'Noon',
      kind: 'pulse',
      start: '2030-01-01T12:00',
      timeZone: 'America/New_York',
      recurrence: { repeat: 'daily' },
    });
    const page = await look('settings/schedules');
    await page.getByText('The next ten times').click();
    expect(await page.locator('.times li').allInnerTexts()).toHaveLength(10);
    expect(await page.locator('.times li').first().innerText()).toMatch(/Tue, Jan 1, 2030, 12:00:00/);
    await page.screenshot({ path: join(SCREENSHOTS, 'settings-schedules.png') });
    await button(page, 'Edit Noon').click();
    await page.locator('#schedules_start').fill('2031-07-01T13:00');
    await button(page, 'When it comes').click();
    await page.getByText('Tue, Jul 1, 2031, 01:00:00').waitFor();
    await button(page, 'Cancel').click();
    const calendar = await (await fetch(`${siren.url}/api/v1/schedules.ics`)).text();
    await page.getByText('Import a calendar (.ics)').click();
    await page.getByLabel('File', { exact: true }).setInputFiles({
      name: 'other.ics',
      mimeType: 'text/calendar',
      buffer: Buffer.from(calendar.replace('SUMMARY:Noon', 'SUMMARY:Tea')),
    });
    await button(page, 'Import').click();
    await page.locator('.rows').getByText('Tea').waitFor();
  });
});

describe('the page of MQTT', () => {
  it('shows how the client does, and tries what is entered before it is saved', async () => {
    const mosquitto = await Mosquitto.start();
    try {
      const page = await look('settings/mqtt');
      await page.locator('.badge').getByText('off', { exact: true }).waitFor();
      await page.locator('#mqtt_host').fill('127.0.0.1');
      await page.locator('#mqtt_port').fill(String(mosquitto.ports.tcp));
      await button(page, 'Test').click();
      await page.getByText('The broker lets the device in.').waitFor();
      expect((await siren.api('GET', '/mqtt')).body).toMatchObject({ host: '' });
      await button(page, 'Save').click();
      await page.getByText('Saved.').waitFor();
      await button(page, 'Connect').click();
      await page.locator('.badge').getByText('connected', { exact: true }).waitFor();
      await page.screenshot({ path: join(SCREENSHOTS, 'settings-mqtt.png') });
      await mosquitto.kill();
      await page
        .locator('.badge')
        .getByText(/^waiting: The broker closed the connection/)
        .waitFor();
    } finally {
      await mosquitto.close();
    }
  });
});

describe('the page of virtual inputs', () => {
  it('names them and turns them on and off', async () => {
    const page = await look('settings/virtual-inputs');
    await button(page, 'Edit Virtual input 7').click();
    await page.locator('#virtual-inputs_name').fill('Camera');
    await button(page, 'Save').click();
    await button(page, 'Activate 7 Camera').click();
    await page.locator('li').filter({ hasText: '7 Camera' }).locator('.badge').getByText('on').waitFor();
    expect((await siren.api('GET', '/virtual-inputs/7')).body).toMatchObject({
      name: 'Camera',
      active: true,
    });
  });
});
