import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CallId } from '../../../src/base/ids.js';
import { PEER_TO_PEER_ACCOUNT } from '../../../src/calls/account.js';
import { sipSettingsSchema } from '../../../src/calls/sip-settings.js';
import { mqttFields } from '../../../src/control/mqtt-settings.js';
import { EVENT_TOPICS } from '../../../src/events/event-topic.js';
import { ioPortSchema } from '../../../src/inputs/io-port-settings.js';
import { scheduleSchema } from '../../../src/schedules/schedule.js';
import { TestDevice } from '../../support/test-device.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Every document that people read, but for the benchmarks, which are generated. */
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'sip-config/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'benchmarks.md')
    .map((name) => `docs/${name}`),
];

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');

/** What the first group of an expression finds in a text. */
const found = (text: string, expression: RegExp) => [...text.matchAll(expression)].map((match) => match[1]!);

/** A request as the documents write it for a shell, in one of their few forms. */
const CURL =
  /curl(?: -X (?<method>[A-Z]+))? http:\/\/127\.0\.0\.1:8080\/api\/v1(?<path>[^\s`]*)(?: -H 'content-type: application\/json')?(?: -d (?:'(?<body>[^']*)'|@-))?/g;

const device: { current?: TestDevice } = {};

afterEach(async () => {
  await device.current?.close();
  delete device.current;
});

/** What every document names, with the document's name before it. */
const namedBy = (expression: RegExp, isThere: (named: string, document: string) => boolean) => {
  const all = DOCUMENTS.flatMap((name) => found(read(name), expression).map((named) => ({ name, named })));
  expect(all.length).toBeGreaterThan(0);
  return all.filter(({ name, named }) => !isThere(named, name));
};

describe('The documents', () => {
  it('link only to files that are there', () => {
    const dead = namedBy(
      /\]\(([^)#\s]+)[^)]*\)/g,
      (link, name) => /^[a-z]+:/.test(link) || existsSync(join(ROOT, dirname(name), link)),
    );
    expect(dead).toEqual([]);
  });

  it('name only files of the project that are there, from its root or from src/', () => {
    const gone = namedBy(/`((?:[a-z-]+\/)+[\w.-]+\.(?:ts|mjs|md|json|conf))`/g, (path, name) =>
      [ROOT, join(ROOT, 'src'), join(ROOT, dirname(name))].some((folder) => existsSync(join(folder, path))),
    );
    expect(gone).toEqual([]);
  });

  it('are all in the index', () => {
    const listed = new Set(found(read('docs/README.md'), /\]\(([\w-]+\.md)\)/g));
    const all = readdirSync(join(ROOT, 'docs')).filter(
      (name) => name.endsWith('.md') && name !== 'README.md',
    );
    expect(all.filter((name) => !listed.has(name))).toEqual([]);
  });

  it('name only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(namedBy(/npm run ([a-z:-]+)/g, (script) => script in scripts)).toEqual([]);
    expect(namedBy(/`(check:[a-z-]+)`/g, (script) => script in scripts)).toEqual([]);
  });
});

describe('A request that a document shows', () => {
  const requesting = DOCUMENTS.filter((name) => read(name).includes('curl '));

  it.each(requesting)('succeeds on a demo device, in the order of %s', async (name) => {
    const siren = await TestDevice.start({ http: true });
    device.current = siren;
    const requests = [...read(name).matchAll(CURL)];
    expect(requests).toHaveLength(found(read(name), /(curl )/g).length);
    for (const { 0: text, groups = {} } of requests) {
      const { method = 'GET', path = '', body } = groups;
      // The body is a file of the reader.
      if (text.endsWith(' -d @-')) continue;
      // A registrar of the documentation's domain would be looked up in the DNS.
      const sent: unknown = body && JSON.parse(body.replace('pbx.example.com', '127.0.0.1:9'));
      const answer = await siren.api(method, path, sent);
      expect({ path, status: Math.floor(answer.status / 100), answer }).toMatchObject({ path, status: 2 });
    }
  });
});

describe('The README', () => {
  it.each(['start', 'call'])('names every option of sipsiren %s, and none besides', (command) => {
    const help = execFileSync(process.execPath, [join(ROOT, 'dist/main.js'), command, '--help'], {
      encoding: 'utf8',
    });
    const options = found(help, /^ {2}(--[a-z-]+)/gm);
    const section = read('README.md').split('## Commands')[1] ?? '';
    const [start = '', call = ''] = section.split('Options of `call`');
    const named = found(command === 'start' ? start : call, /`(--[a-z-]+)/g).filter(
      (option) => option !== '--help',
    );
    expect(new Set(named)).toEqual(new Set(options));
  });
});

describe('A table of fields', () => {
  it.each([
    ['docs/sip-settings.md', Object.keys(sipSettingsSchema.shape)],
    ['docs/accounts.md', Object.keys(PEER_TO_PEER_ACCOUNT)],
    ['docs/mqtt.md', Object.keys(mqttFields.shape)],
    ['docs/schedules.md', Object.keys(scheduleSchema.shape)],
    ['docs/inputs.md', Object.keys(ioPortSchema.shape)],
  ])('of %s names every one that can be set, once, and none besides', (name, fields) => {
    const [table = ''] = /\| (?:Setting|Field) [\s\S]*?\n\n/.exec(read(name)) ?? [];
    expect(found(table, /^\| `(\w+)` /gm).toSorted()).toEqual(fields.toSorted());
  });
});

describe('The topics in docs/mqtt.md', () => {
  it('are those of the events, each with its kind', () => {
    const [table = ''] = /\| Topic [\s\S]*?\n\n/.exec(read('docs/mqtt.md')) ?? [];
    const named = [...table.matchAll(/^\| `([^`]+)` +\| (state|event) /gm)].map(([, topic, kind]) => ({
      topic,
      isProperty: kind === 'state',
    }));
    expect(named).toEqual(EVENT_TOPICS);
  });
});

describe('The rules in docs/rules.md', () => {
  it('are accepted, and run together as the document says', async () => {
    const siren = await TestDevice.start({ http: true });
    device.current = siren;
    const rules = found(read('docs/rules.md'), /```json rule\n([\s\S]*?)```/g);
    expect(rules).toHaveLength(4);
    for (const rule of rules) {
      expect(await siren.api('POST', '/rules', JSON.parse(rule))).toMatchObject({ status: 201 });
    }
    const dial = (extension: string) =>
      siren.device.bus.publish({
        type: 'call.stateChange',
        reason: 'AcceptedByDevice',
        direction: 'Incoming',
        callId: 'In-1' as CallId,
        account: PEER_TO_PEER_ACCOUNT.id,
        localUri: `sip:${extension}@127.0.0.1`,
        remoteUri: 'sip:guard@127.0.0.1',
      });
    const lit = () => siren.device.siren.status().light.map(({ profile }) => profile);
    dial('1101');
    expect(lit()).toEqual(['Intrusion']);
    dial('1003');
    expect(lit()).toEqual(['Intrusion', 'Doorbell']);
    dial('1100');
    expect(lit()).toEqual(['Doorbell']);
  });
});
