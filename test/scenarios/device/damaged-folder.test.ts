import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RecordingLog } from '../../support/recording-log.js';
import { SipsirenDevice } from '../../support/sipsiren-process.js';
import { TestDevice } from '../../support/test-device.js';

/** How often the program is killed while it writes. */
const KILLS = 3;

const closing: (() => Promise<unknown>)[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

it('A device whose config.json was destroyed runs on the last good copy, and says so in log and status', async () => {
  const before = await TestDevice.start({ folder });
  await before.device.config.update('rules', (rules) => rules.slice(0, 1));
  await before.device.config.update('sip', (sip) => ({ ...sip, callingTimeoutSeconds: 77 }));
  await before.close();
  writeFileSync(join(folder, 'config.json'), readFileSync(join(folder, 'config.json'), 'utf8').slice(0, 200));

  const log = new RecordingLog();
  const after = await TestDevice.start({ folder, log, http: true });
  closing.push(() => after.close());
  expect(after.device.config.get('rules').map(({ name }) => name)).toEqual(['Evacuate on 1001']);
  expect(log.messages('error').join('\n')).toMatch(/config\.json is damaged[^]*last good copy/);
  const { body } = await after.api('GET', '/status');
  expect(body).toMatchObject({
    configuration: {
      origin: 'lastGood',
      problems: [expect.stringContaining('damaged'), expect.anything(), expect.anything()],
    },
  });
  expect(readdirSync(folder).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
});

it('A device that is killed again and again while its configuration is written finds it whole, and no older than what it confirmed', async () => {
  let confirmed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const device = await SipsirenDevice.start({ folder });
    closing.push(() => device.process.kill());
    const { body } = await device.api('GET', '/sip');
    const { callingTimeoutSeconds: found } = body as { callingTimeoutSeconds: number };
    // What was confirmed is there; the one that was on its way may have come through.
    if (confirmed > 0) expect([confirmed, confirmed + 1]).toContain(found);
    expect(await device.api('GET', '/status')).toMatchObject({
      body: { configuration: { origin: kill === 0 ? 'new' : 'stored', problems: [] } },
    });
    const first = 1 + kill * 100;
    for (let value = first; value < first + 20; value++) {
      expect(await device.api('PATCH', '/sip', { callingTimeoutSeconds: value })).toMatchObject({
        status: 200,
      });
      confirmed = value;
    }
    const onItsWay = device
      .api('PATCH', '/sip', { callingTimeoutSeconds: confirmed + 1 })
      .catch(() => undefined);
    device.process.signal('SIGKILL');
    expect(await device.process.ended()).toBe('SIGKILL');
    await onItsWay;
  }
}, 30_000);
