import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds, minutes, seconds } from '../../../src/base/duration.js';
import {
  DigestClient,
  parseUri,
  type Registration,
  type RegistrationStatus,
} from '../../../src/sip/index.js';
import { WireScene } from './wire-peer.js';

let scene: WireScene;
let statuses: RegistrationStatus[];

beforeEach(async () => {
  scene = await WireScene.create();
  statuses = [];
});

afterEach(async () => {
  await scene.peer.close();
  expect(scene.endpoint.counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
  expect(scene.clock.pending).toEqual([]);
});

function register(): Registration {
  const registration = scene.endpoint.register({
    addressOfRecord: parseUri('sip:1001@pbx.example.com'),
    registrar: parseUri('sip:10.0.0.1'),
    contactParameters: { line: 'office' },
    interval: minutes(5),
    credentials: new DigestClient({
      credentials: { username: '1001', password: 'secret' },
      scope: { hosts: ['10.0.0.1'] },
    }),
  });
  registration.onStatus((status) => statuses.push(status));
  registration.start();
  scene.pass();
  return registration;
}

/** The REGISTER that came last. */
function asked() {
  return scene.peer.requests('REGISTER').at(-1)!;
}

function grant(): void {
  const contact = asked().headers.first('Contact') ?? '';
  scene.peer.reply(asked(), 200, [['Contact', `${contact};expires=300`]]);
  scene.pass();
}

describe('A registration of the endpoint', () => {
  it('is made with a Contact that names its line, through the challenge, refreshed, and taken back when the endpoint closes', async () => {
    register();
    expect(asked().headers.first('Contact')).toContain('<sip:1001@10.0.0.2:5060;line=office>');
    scene.peer.reply(asked(), 401, [['WWW-Authenticate', 'Digest realm="pbx", nonce="n", qop="auth"']]);
    scene.pass();
    expect(asked().headers.first('Authorization')).toContain('username="1001"');
    grant();
    expect(statuses.at(-1)?.state).toBe('registered');
    while (scene.peer.requests('REGISTER').length === 2 && scene.clock.now() < minutes(5))
      scene.pass(milliseconds(100));
    expect(scene.peer.requests('REGISTER')).toHaveLength(3);
    grant();
    const closed = scene.endpoint.close();
    scene.pass(milliseconds(10));
    expect(asked().headers.first('Expires') ?? asked().headers.first('Contact')).toMatch(/^0$|expires=0/);
    scene.peer.reply(asked(), 200);
    scene.pass(seconds(5));
    await closed;
  });

  it('whose registrar is silent does not hold up the closing of the endpoint', async () => {
    register();
    const closed = scene.endpoint.close();
    scene.pass(seconds(5));
    await closed;
    expect(statuses.at(-1)?.state).toBe('unregistered');
  });
});
