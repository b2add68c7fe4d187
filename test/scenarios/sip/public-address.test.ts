import { afterEach, describe, expect, it } from '@jest/globals';
import { milliseconds, minutes, seconds } from '../../../src/base/duration.js';
import { parseUri, type SipEndpointOptions } from '../../../src/sip/index.js';
import type { SipRequest } from '../../../src/sip/message/index.js';
import { WireScene } from './wire-peer.js';

/** What the router makes of our address. */
const OUTSIDE = 'received=203.0.113.5;rport=61000';

let scene: WireScene;

afterEach(async () => {
  await scene.close();
  expect(scene.clock.pending).toEqual([]);
});

async function startBehindRouter(options: Partial<SipEndpointOptions> = {}): Promise<void> {
  scene = await WireScene.create(options);
  const registration = scene.endpoint.register({
    addressOfRecord: parseUri('sip:1001@pbx.example.com'),
    registrar: parseUri('sip:10.0.0.1'),
    interval: minutes(10),
    contactParameters: { line: 'office' },
  });
  registration.start();
  scene.pass();
}

/** The REGISTERs so far. */
function registers(): SipRequest[] {
  return scene.peer.requests('REGISTER');
}

/** Answers the last REGISTER as a registrar does that saw it come through the router. */
function grant(seen = OUTSIDE): void {
  const request = registers().at(-1)!;
  const via = request.topVia.toString().replace(/;(?:received|rport)(?:=[^;]*)?/g, '');
  scene.peer.replyRaw(request, 200, { via: `${via};${seen}`, headers: [['Expires', '600']] });
  scene.pass();
}

/** Lets time pass until the next REGISTER has come. */
function untilRefresh(): void {
  const before = registers().length;
  while (registers().length === before) scene.pass(milliseconds(100));
}

function contacts(): (string | undefined)[] {
  return registers().map(({ headers }) => headers.first('Contact'));
}

const INSIDE = '<sip:1001@10.0.0.2:5060;line=office>';
const PUBLIC = '<sip:1001@203.0.113.5:61000;line=office>';

describe('A siren behind a router', () => {
  it('registers anew with the address that the registrar sees, takes the old one back, and calls by it', async () => {
    await startBehindRouter();
    grant();
    expect(contacts()).toEqual([INSIDE, `${PUBLIC}, ${INSIDE};expires=0`]);
    expect(registers()[1]!.topVia.toString()).toContain('UDP 203.0.113.5:61000');
    grant();
    untilRefresh();
    expect(contacts().at(-1)).toBe(PUBLIC);
    grant();
    scene.endpoint.invite({ to: 'sip:2000@10.0.0.1', from: 'sip:1001@pbx.example.com', body: 'v=0' });
    scene.pass();
    expect(scene.peer.requests('INVITE').at(-1)!.headers.first('Contact')).toBe(
      '<sip:1001@203.0.113.5:61000>',
    );
    scene.peer.reply(scene.peer.requests('INVITE').at(-1)!, 486);
    scene.pass(seconds(40));
  });

  it('follows the router to another port', async () => {
    await startBehindRouter();
    grant();
    grant();
    untilRefresh();
    grant('received=203.0.113.5;rport=61001');
    expect(contacts().at(-1)).toBe(`<sip:1001@203.0.113.5:61001;line=office>, ${PUBLIC};expires=0`);
    grant('received=203.0.113.5;rport=61001');
  });

  it('keeps its own address in Contact and Via where that is wished', async () => {
    await startBehindRouter({ publicAddress: { contact: false, via: false } });
    grant();
    untilRefresh();
    expect(contacts()).toEqual([INSIDE, INSIDE]);
    expect(registers()[1]!.topVia.host).toBe('10.0.0.2');
    grant();
  });

  it.each(['received=203.0.113.5:1', 'received=0.0.0.0;rport=1', 'received=224.0.0.1;rport=5060', 'rport=0'])(
    'believes no nonsense: %s',
    async (seen) => {
      await startBehindRouter();
      grant(seen);
      expect(contacts()).toEqual([INSIDE]);
    },
  );
});
