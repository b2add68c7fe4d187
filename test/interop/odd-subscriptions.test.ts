import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Sipp } from '../support/sipp/sipp.js';
import { SippScene } from '../support/sipp/sipp-scene.js';
import { answer, expectRequest, pause, receive, request, type Story } from '../support/sipp/story.js';
import { until } from '../support/until.js';

let scene: SippScene;

beforeEach(async () => {
  scene = await SippScene.start();
});

afterEach(async () => {
  await scene.close();
});

const subscribe = (cseq: number, ...headers: string[]): string =>
  request('SUBSCRIBE', {
    ...{ cseq, inDialog: cseq > 1 },
    headers: ['Event: dialog', 'Accept: application/dialog-info+xml', ...headers],
  });

/** Subscribed for an hour, and told that all is quiet. */
const SUBSCRIBED: Story = [
  subscribe(1, 'Expires: 3600'),
  receive(200, { matching: 'Expires: 3600' }),
  expectRequest('NOTIFY', 'active;expires=3[56].*terminated</state>'),
];

const noLampIsWatched = () =>
  until('the subscription to be over', () => scene.siren.device.calls.lamps().length === 0);

describe('sipp watches an extension', () => {
  it('refreshes, sees the alarm, and unsubscribes by Expires 0', async () => {
    scene.proves('SUBSCRIBE to dialog: refresh, alarm, Expires 0');
    const played = scene.play([
      ...SUBSCRIBED,
      answer('200 OK'),
      subscribe(2, 'Expires: 120'),
      receive(200, { matching: 'Expires: 120' }),
      expectRequest('NOTIFY', 'active;expires=1[12]'),
      answer('200 OK'),
      expectRequest('NOTIFY', 'confirmed</state>'),
      answer('200 OK'),
      subscribe(3, 'Expires: 0'),
      receive(200, { matching: 'Expires: 0' }),
      expectRequest('NOTIFY', 'terminated;reason=timeout'),
      answer('200 OK'),
      pause(100),
    ]);
    const watched = () => scene.siren.device.calls.lamps().length === 1;
    await until('sipp to watch', watched);
    scene.siren.device.siren.startProfile('Evacuation', { owner: 'test', cause: 'test' });
    await played;
    await noLampIsWatched();
  });

  it('asks for the state of the moment by Expires 0', async () => {
    scene.proves('SUBSCRIBE with Expires 0 from the start');
    await scene.play([
      subscribe(1, 'Expires: 0'),
      receive(200, { matching: 'Expires: 0' }),
      expectRequest('NOTIFY', 'terminated;reason=timeout.*dialog-info'),
      answer('200 OK'),
      pause(100),
    ]);
    await noLampIsWatched();
  });

  it('has lost its subscription, and answers 481', async () => {
    scene.proves('NOTIFY answered 481');
    await scene.play([...SUBSCRIBED, answer('481 Subscription Does Not Exist'), pause(100)]);
    await noLampIsWatched();
  });

  it('answers late, and gets the NOTIFY again until then', async () => {
    scene.proves('NOTIFY repeated until it is answered');
    const trace = await scene.play(
      [
        ...SUBSCRIBED,
        pause(1_200),
        answer('200 OK'),
        subscribe(2, 'Expires: 0'),
        receive(200),
        expectRequest('NOTIFY', 'version="1"'),
        answer('200 OK'),
        pause(100),
      ],
      { lenient: true },
    );
    const first = trace.received.filter((message) => message.includes('version="0"'));
    expect(first.length).toBeGreaterThan(1);
    await noLampIsWatched();
  });

  it('is refused what there is not', async () => {
    scene.proves('SUBSCRIBE refused: 489, 423, 406');
    const refused = (status: number, ...headers: string[]): Story => [
      request('SUBSCRIBE', { inDialog: false, headers }),
      receive(status, { isOfDialog: false }),
    ];
    for (const story of [
      refused(489, 'Event: message-summary'),
      refused(423, 'Event: dialog', 'Expires: 5'),
      refused(406, 'Event: presence', 'Accept: text/plain'),
    ]) {
      await scene.play(story);
    }
    expect(scene.siren.device.calls.lamps()).toEqual([]);
  });
});

describe('sipp asks and writes', () => {
  it('is told by OPTIONS what a call would get', async () => {
    scene.proves('OPTIONS: 200, and 486 while the device is full');
    const ask = (status: number): Promise<unknown> =>
      scene.play([request('OPTIONS', { inDialog: false }), receive(status, { isOfDialog: false })]);
    await ask(200);
    await scene.siren.device.config.update('accounts', (accounts) =>
      accounts.map((account) => ({ ...account, maxCalls: 1 })),
    );
    const call = Sipp.run({ to: scene.siren.sipAddress, extension: '1001', talk: 2_000 });
    await scene.siren.event('call.state', ({ state }) => state === 'Active');
    await ask(486);
    await call;
    await ask(200);
  });

  it('sends a text twice, which arrives once', async () => {
    scene.proves('MESSAGE, repeated');
    const text = { inDialog: false, headers: [], body: 'All clear', contentType: 'text/plain' };
    await scene.play(
      [request('MESSAGE', text), request('MESSAGE', text), receive(200, { isOfDialog: false }), pause(200)],
      { lenient: true },
    );
    expect(scene.siren.events('message.received')).toMatchObject([{ text: 'All clear\n' }]);
  });
});
