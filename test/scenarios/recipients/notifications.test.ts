import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecipientTestReport } from '../../../src/recipients/recipients.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';
import { until } from '../../support/until.js';
import { WebReceiver } from '../../support/web-receiver.js';
import { WireCall } from '../../support/wire-call.js';

let siren: TestDevice;
let web: WebReceiver;
let folder: string;
let peer: UdpPeer | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  siren = await TestDevice.start({ http: true, folder });
  web = await WebReceiver.start();
});

afterEach(async () => {
  await peer?.close();
  peer = undefined;
  await siren.close();
  await web.close();
  rmSync(folder, { recursive: true, force: true });
});

const PASSWORD = 'never-shown-7';

function recipient(id: string, settings: Record<string, unknown> = {}, wishes: Record<string, unknown> = {}) {
  return {
    id,
    name: `Recipient ${id}`,
    kind: 'http',
    settings: { url: `${web.url}/${id}`, ...settings },
    ...wishes,
  };
}

async function add(...recipients: readonly Record<string, unknown>[]): Promise<void> {
  for (const one of recipients)
    expect((await siren.api('POST', '/recipients', one)).body).toMatchObject({ id: one['id'] });
}

/** A rule that tells each recipient when 1005 is called. */
async function tellOf1005(actions: readonly Record<string, unknown>[]): Promise<void> {
  const answer = await siren.api('POST', '/rules', {
    id: 'tell',
    name: 'Tell of 1005',
    conditions: [{ kind: 'call.state', state: 'Active', localUri: '1005' }],
    actions: actions.map((action) => ({ kind: 'notification.send', ...action })),
  });
  expect(answer.status).toBe(201);
}

async function call(extension: string): Promise<void> {
  peer = await UdpPeer.open(siren.sipPort);
  await WireCall.establish(peer, extension, { from: 'guard' });
}

const send = async (id: string, text: string) =>
  (await siren.api('POST', `/recipients/${id}/send`, { text })).body as {
    delivery: string;
    sequence: number;
  };

const status = async (id: string) =>
  ((await siren.api('GET', `/recipients/${id}`)).body as { status: Record<string, unknown> }).status;

describe('A rule', () => {
  it('tells a web server of a call, with the event as JSON and an id of its own', async () => {
    await add(recipient('guard'));
    await tellOf1005([{ recipient: 'guard', text: '{{caller}} called {{extension}}' }]);
    await call('1005');
    const request = await web.requests.first('the notification', () => true);
    const document = JSON.parse(request.body) as Record<string, unknown>;
    expect(request).toMatchObject({ method: 'POST', url: '/guard' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': document['id'],
    });
    expect(document).toMatchObject({
      sequence: 1,
      text: 'guard called 1005',
      device: 'sipsiren',
      rule: { id: 'tell', name: 'Tell of 1005' },
      event: { type: 'call.state', state: 'Active' },
    });
    await siren.event('recipient.state', ({ state }) => state === 'ok');
    expect(await status('guard')).toMatchObject({ state: 'ok', waiting: 0, deadLetters: 0 });
  });

  it('may change the method, the body and the end of the address, with values escaped for their place', async () => {
    await add(recipient('guard', { url: `${web.url}/notify.cgi?a=1`, querySuffix: 'b=2' }));
    await tellOf1005([
      { recipient: 'guard', method: 'PUT', querySuffix: 'who={{remoteUri}}', body: '{"to":"{{extension}}"}' },
      { recipient: 'guard', method: 'GET' },
    ]);
    await call('1005');
    await web.requests.until('both', () => (web.requests.all.length === 2 ? true : undefined));
    expect(web.requests.all).toMatchObject([
      { method: 'PUT', body: '{"to":"1005"}' },
      { method: 'GET', url: '/notify.cgi?a=1&b=2', body: '' },
    ]);
    expect(web.requests.all[0]?.url).toMatch(/^\/notify\.cgi\?a=1&who=sip%3Aguard%40127\.0\.0\.1/);
  });

  it('has its text and its subject in the body that the recipient is set to, whatever is in them', async () => {
    await add(recipient('chat', { body: '{"about":"{{subject}}","said":"{{notification}}"}' }));
    await tellOf1005([
      { recipient: 'chat', subject: 'Gate 3', text: '{{caller}} said "{{notification}}go"\n' },
    ]);
    await call('1005');
    const { body } = await web.requests.first('the notification', () => true);
    expect(JSON.parse(body)).toEqual({ about: 'Gate 3', said: 'guard said "go"\n' });
  });

  it('starts a siren at once while its recipient hangs, and other recipients are told', async () => {
    const hanging = await WebReceiver.start();
    hanging.manner = 'hangs';
    await add({ ...recipient('dead'), settings: { url: hanging.url } }, recipient('guard'));
    await siren.api('POST', '/rules', {
      name: 'All of it',
      conditions: [{ kind: 'call.state', state: 'Active', localUri: '1005' }],
      actions: [
        { kind: 'notification.send', recipient: 'dead' },
        { kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' },
        { kind: 'notification.send', recipient: 'guard' },
      ],
    });
    await call('1005');
    await siren.event('activity', ({ change, profile }) => change === 'started' && profile === 'Evacuation');
    await web.requests.first('the other is told', () => true);
    expect(await status('dead')).toMatchObject({ waiting: 1, isSending: true });
    await hanging.close();
  });

  it('hears that a recipient fails, and that it does no longer', async () => {
    const port = web.port;
    await web.close();
    await add(recipient('guard'));
    await siren.api('POST', '/rules', {
      name: 'Recipient is gone',
      conditions: [{ kind: 'recipient.failing', recipient: 'guard' }],
      actions: [{ kind: 'siren.profile', profile: 'Evacuation', run: 'whileActive' }],
    });
    await send('guard', 'first');
    await siren.event('rule', ({ name, change }) => name === 'Recipient is gone' && change === 'activated');
    expect(siren.events('recipient.state')).toMatchObject([
      { recipient: 'guard', name: 'Recipient guard', kind: 'http', state: 'failing' },
    ]);
    web = await WebReceiver.start(port);
    await siren.event('rule', ({ name, change }) => name === 'Recipient is gone' && change === 'deactivated');
    expect(web.documents.map(({ text }) => text)).toEqual(['first']);
  });
});

describe('What waits for a recipient', () => {
  it('keeps its order, and what is refused for good goes to the dead letters', async () => {
    web.manner = 503;
    await add(recipient('guard'));
    const ids = [];
    for (const text of ['one', 'two', 'three']) ids.push((await send('guard', text)).delivery);
    await siren.event('recipient.state', ({ state }) => state === 'failing');
    const { body } = await siren.api('GET', '/recipients/guard/outbox');
    expect(body).toMatchObject([
      { delivery: { id: ids[0] }, attempts: 1, error: expect.stringContaining('503') },
      { delivery: { id: ids[1] }, attempts: 0 },
      { delivery: { id: ids[2] }, attempts: 0 },
    ]);
    web.manner = 400;
    // Other settings are tried at once, with what waits.
    await siren.api('PUT', '/recipients/guard', recipient('guard', { method: 'PUT' }));
    await web.requests.first('the last one', ({ body }) => body.includes('three'));
    const letters = await until('three dead letters', async () => {
      const { body: found } = await siren.api('GET', '/recipients/guard/dead-letters');
      return (found as unknown[]).length === 3 && (found as unknown[]);
    });
    expect(letters[0]).toMatchObject({
      delivery: { id: ids[2] },
      reason: 'refused: the server answers 400 Bad Request.',
    });
    web.manner = 200;
    const before = web.requests.all.length;
    expect((await siren.api('POST', `/recipients/guard/dead-letters/${ids[1]}/retry`)).status).toBe(204);
    await web.requests.until('it again', () => web.requests.all.length > before || undefined);
    expect(web.documents.at(-1)).toMatchObject({ id: ids[1], text: 'two' });
    expect((await siren.api('DELETE', `/recipients/guard/dead-letters/${ids[0]}`)).status).toBe(204);
    expect((await siren.api('DELETE', `/recipients/guard/dead-letters/${ids[0]}`)).status).toBe(404);
    expect((await siren.api('GET', '/recipients/guard/dead-letters')).body).toHaveLength(1);
  });

  it('is delivered after a restart, with the same ids and in the same order', async () => {
    web.manner = 'hangs';
    await add(recipient('guard'));
    const ids = [];
    for (const text of ['one', 'two', 'three']) ids.push((await send('guard', text)).delivery);
    await web.requests.first('the first attempt', () => true);
    await siren.close();
    web.manner = 200;
    siren = await TestDevice.start({ http: true, folder });
    await web.requests.first('the last one', ({ body }) => body.includes('three'));
    expect(web.documents.map(({ id }) => id)).toEqual([ids[0], ...ids]);
  });

  it('moves where it is kept, and is not lost by that', async () => {
    web.manner = 'hangs';
    await add(recipient('guard', {}, { delivery: 'bestEffort' }));
    for (const text of ['one', 'two']) await send('guard', text);
    await siren.api('PUT', '/recipients/guard', recipient('guard', {}, { delivery: 'atLeastOnce' }));
    await until('both wait on disk', async () => (await status('guard'))['waiting'] === 2);
    await siren.close();
    web.manner = 200;
    siren = await TestDevice.start({ http: true, folder });
    await web.requests.first('the last one', ({ body }) => body.includes('two'));
  });

  it('goes with its recipient, but only where that is said', async () => {
    web.manner = 503;
    await add(recipient('guard'));
    await send('guard', 'one');
    const refused = await siren.api('DELETE', '/recipients/guard');
    expect(refused).toMatchObject({ status: 409 });
    expect(JSON.stringify(refused.body)).toContain('1 notification waits');
    expect((await siren.api('DELETE', '/recipients/guard?discard=true')).status).toBe(204);
    expect((await siren.api('GET', '/recipients/guard/outbox')).status).toBe(404);
  });

  it('does not wait for a recipient that is told with best effort only', async () => {
    web.manner = 503;
    await add(recipient('guard', {}, { delivery: 'bestEffort' }));
    await send('guard', 'one');
    await send('guard', 'two');
    await web.requests.first('the second', ({ body }) => body.includes('two'));
    await until('both are given up', async () => (await status('guard'))['deadLetters'] === 2);
    expect(web.requests.all).toHaveLength(2);
  });
});

describe('A recipient', () => {
  it('never shows its secrets, and keeps them when it is sent back as it was shown', async () => {
    await add(recipient('guard', { user: 'me', password: PASSWORD, token: 'token-9' }));
    const seen = await siren.api('GET', '/recipients/guard');
    expect(JSON.stringify(seen.body)).not.toMatch(/never-shown|token-9/);
    expect(seen.body).toMatchObject({
      settings: { hasPassword: true, hasToken: true, hasProxyPassword: false },
    });
    expect((await siren.api('PUT', '/recipients/guard', seen.body)).status).toBe(200);
    expect(siren.device.config.get('recipients')[0]?.settings).toMatchObject({ password: PASSWORD });
    // Somewhere else a stored secret is not sent.
    const elsewhere = recipient('guard', { url: 'http://127.0.0.1:9/', user: 'me' });
    await siren.api('PUT', '/recipients/guard', elsewhere);
    expect(siren.device.config.get('recipients')[0]?.settings).toMatchObject({ password: '' });
  });

  it('says what is wrong with its settings, by field, and changes nothing', async () => {
    const bad = await siren.api('POST', '/recipients', {
      name: '',
      kind: 'http',
      settings: { url: 'ftp://x/', headers: { Host: 'x' }, querySuffix: '{{callr}}' },
    });
    expect(bad.status).toBe(422);
    const paths = (bad.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['name', 'settings.url']));
    expect(paths).toContain('settings.querySuffix');
    expect((await siren.api('GET', '/recipients')).body).toEqual([]);
  });

  it.each([
    [
      'http',
      { url: 'http://me:secret@x/' },
      'settings.url',
      'has a user name in it, which has a field of its own',
    ],
    ['http', { url: 'https://x/' }, 'settings.url', 'is one of https; choose that kind of recipient'],
    [
      'http',
      { url: 'http://x/', headers: { Host: 'y' } },
      'settings.headers.Host',
      'is a header that the device sets itself',
    ],
    ['sftp', { host: 'x', user: 'me', privateKey: 'key.pem' }, 'settings.privateKey', 'is no private key'],
    ['sip', { to: 'the guard' }, 'settings.to', 'is no SIP address'],
    [
      'sip',
      { contact: 'guard' },
      'settings.contact',
      'the recipient "Guard" refers to the contact "guard", which does not exist',
    ],
  ])('of the kind %s with %j says at %s why not', async (kind, settings, path, message) => {
    const { body } = await siren.api('POST', '/recipients', { name: 'Guard', kind, settings });
    expect((body as { errors: unknown[] }).errors).toEqual([expect.objectContaining({ path, message })]);
    expect(JSON.stringify(body)).not.toContain('one of ,');
  });

  it('cannot be deleted, nor be missing, while a rule names it', async () => {
    await add(recipient('guard'));
    await tellOf1005([{ recipient: 'guard' }]);
    const refused = await siren.api('DELETE', '/recipients/guard');
    expect(refused.status).toBe(409);
    expect(JSON.stringify(refused.body)).toContain('Tell of 1005');
    const missing = await siren.api('POST', '/rules', {
      name: 'Nobody',
      conditions: [{ kind: 'call.state', state: 'Active', localUri: '1' }],
      actions: [{ kind: 'notification.send', recipient: 'nobody' }],
    });
    expect(missing.status).toBe(422);
    expect(JSON.stringify(missing.body)).toContain('does not exist');
  });

  it('can be tried out, stored or not, and tells the whole conversation without secrets', async () => {
    await add(recipient('guard', { user: 'me', password: PASSWORD }));
    const good = (await siren.api('POST', '/recipients/guard/test', {})).body as RecipientTestReport;
    expect(good.ok).toBe(true);
    expect(good.steps.map(({ text }) => text)).toEqual([
      `Connecting to 127.0.0.1, port ${web.port}.`,
      `Connected to 127.0.0.1, port ${web.port}.`,
      'Sending POST /guard.',
      'The answer is 200 OK.',
      'It was delivered.',
    ]);
    web.manner = 401;
    const bad = (await siren.api('POST', '/recipient-test', recipient('guard', { user: 'me' })))
      .body as RecipientTestReport;
    expect(bad).toMatchObject({
      ok: false,
      error: 'the server answers 401 Unauthorized: check the user name and the password.',
    });
    expect(JSON.stringify([good, bad])).not.toContain(PASSWORD);
    expect((await siren.api('GET', '/recipients/guard/outbox')).body).toEqual([]);
  });

  it('that is off is sent nothing, and the rule says so', async () => {
    await add(recipient('guard', {}, { enabled: false }));
    expect(await siren.api('POST', '/recipients/guard/send', {})).toMatchObject({ status: 409 });
    expect(await status('guard')).toMatchObject({ state: 'off' });
  });
});
