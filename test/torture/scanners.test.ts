import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { UnderAttack } from '../support/under-attack.js';
import { until } from '../support/until.js';

/** The scanners send from here. */
const SCANNER = '127.0.0.1';

let attack: UnderAttack;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-scan-'));
  attack = await UnderAttack.begin(['--tls-port', `${await freePort()}`]);
}, 15_000);

afterEach(async () => {
  await attack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What one of Debian's sipvicious prints until it ends or is stopped; it keeps its files below the home folder. */
async function scan(
  program: 'svmap' | 'svwar' | 'svcrack',
  args: readonly string[],
  stopped?: Promise<unknown>,
): Promise<string> {
  const ports = ['-p', `${attack.device.sipPort}`, '-P', `${await freePort()}`];
  return new Promise((resolve) => {
    const env = { ...process.env, HOME: folder };
    const scanner = execFile(
      program,
      [...ports, ...args, SCANNER],
      { env, timeout: 20_000 },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
    void stopped?.then(() => scanner.kill());
  });
}

/** Takes callers for one registered account only, so that there are users who do not exist. */
async function onlyOffice(): Promise<void> {
  const office = { id: 'office', mode: 'registered', userId: '2042', domain: 'pbx.invalid', isDefault: true };
  const added = await attack.device.api('POST', '/accounts', { ...office, registrar: '127.0.0.9:9' });
  expect(added.status).toBe(201);
  const { body } = await attack.device.api('GET', '/accounts/peer-to-peer');
  const off = { ...(body as object), active: false, isDefault: false };
  expect((await attack.device.api('PUT', '/accounts/peer-to-peer', off)).status).toBe(200);
}

describe("Debian's sipvicious", () => {
  it('sees that something is there, and gets neither extensions nor the password, though it is in its list', async () => {
    const { body } = await attack.device.api('GET', '/accounts/peer-to-peer');
    const setPassword = (callerPassword: string | null) =>
      attack.device.api('PUT', '/accounts/peer-to-peer', { ...(body as object), callerPassword });
    expect((await setPassword('secret')).status).toBe(200);
    const words = join(folder, 'words.txt');
    const guesses = Array.from({ length: 50 }, (_, index) => `guess${index}`);
    writeFileSync(words, [...guesses, 'secret'].join('\n'));
    const [map, ...others] = await Promise.all([
      scan('svmap', []),
      scan('svwar', ['--force', '-m', 'REGISTER', '-e', '2000-2100']),
      scan('svwar', ['--force', '-m', 'OPTIONS', '-e', '2000-2300']),
      ...['REGISTER', 'INVITE'].map((method) => scan('svcrack', ['-u', '1002', '-d', words, '-m', method])),
    ]);
    expect(map).toContain('sipsiren');
    for (const found of others) expect(found).not.toMatch(/secret|\| 1002 /);
    expect((await setPassword(null)).status).toBe(200);
    await attack.expectAlarm();
  }, 60_000);

  it('is blocked when it tries extensions by INVITE, and does not find the one that is there', async () => {
    await onlyOffice();
    const blocked = until('the block', async () => (await attack.blocked()).length > 0);
    const found = await scan('svwar', ['--force', '-m', 'INVITE', '-e', '2000-2100'], blocked);
    expect(found).not.toContain('2042');
    expect(await attack.blocked()).toMatchObject([{ address: SCANNER, reason: 'scan' }]);
    const { body } = await attack.device.api('GET', '/accounts/peer-to-peer');
    await attack.device.api('PUT', '/accounts/peer-to-peer', { ...(body as object), active: true });
    await attack.expectAlarm();
  }, 40_000);
});
