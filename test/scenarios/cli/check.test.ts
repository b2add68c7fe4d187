import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { TestDevice } from '../../support/test-device.js';
import { SipsirenProcess } from '../../support/sipsiren-process.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  file = join(folder, 'config.json');
  const device = await TestDevice.start({ folder });
  await device.close();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function check(path: string): Promise<{ code: number | string; lines: readonly string[] }> {
  const program = new SipsirenProcess(['check', path]);
  return { code: await program.ended(), lines: program.output.all };
}

it('A folder that a device wrote is good', async () => {
  expect(await check(folder)).toEqual({ code: 0, lines: [expect.stringContaining('is good')] });
});

it('Each mistake gets a line that says where it is and what is accepted, and nothing is changed', async () => {
  const config = JSON.parse(readFileSync(file, 'utf8')) as {
    sip: Record<string, unknown>;
    rules: { actions: { profile: string }[] }[];
  };
  config.sip['port'] = 80;
  config.sip['addresses'] = ['everywhere'];
  const text = JSON.stringify(config);
  writeFileSync(file, text);
  const before = readdirSync(folder).sort();
  const { code, lines } = await check(folder);
  expect(code).toBe(1);
  expect(lines).toEqual([
    'sip.port: is too small (accepted: a whole number from 1024 to 65535)',
    'sip.addresses[0]: is no IP address (accepted: an IPv4 or IPv6 address)',
    expect.stringMatching(/2 to mend\.$/),
  ]);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(readdirSync(folder).sort()).toEqual(before);
});

it('A rule whose profile does not exist is named', async () => {
  const config = JSON.parse(readFileSync(file, 'utf8')) as { rules: { actions: { profile: string }[] }[] };
  config.rules[0]!.actions[0]!.profile = 'Nobody';
  writeFileSync(file, JSON.stringify(config));
  const { code, lines } = await check(folder);
  expect(code).toBe(1);
  expect(lines[0]).toMatch(/^rules.*Nobody/);
});

it('A file that is no JSON, and a folder that does not exist, are not good', async () => {
  writeFileSync(file, '{"version": 1, "sip": {');
  const [broken, absent] = await Promise.all([check(folder), check(join(folder, 'nowhere'))]);
  expect([broken.code, absent.code]).toEqual([1, 1]);
  expect(broken.lines.join('\n')).toContain('JSON');
  expect(absent.lines.join('\n')).toContain('nowhere');
});
