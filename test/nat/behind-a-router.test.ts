import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kamailio } from '../support/kamailio.js';
import { SirenElsewhere } from '../support/nat/siren-elsewhere.js';
import { TranslatedNetwork } from '../support/nat/translated-network.js';
import { until } from '../support/until.js';

const { OUTSIDE, ROUTER, INSIDE } = TranslatedNetwork;
const DIRECT_PORT = 5070;

let network: TranslatedNetwork;
let kamailio: Kamailio;
let siren: SirenElsewhere;
let desk: SirenElsewhere;
const closing: (() => Promise<void>)[] = [];

function accountOf(userId: string) {
  const account = { id: 'pbx', mode: 'registered', userId, password: `change-me-${userId}` };
  return { ...account, registrar: kamailio.address, keepAliveSeconds: 1 };
}

beforeAll(async () => {
  network = await TranslatedNetwork.open();
  closing.push(() => network.close());
  const place = { host: OUTSIDE, inside: network.outside.inside.bind(network.outside) };
  kamailio = await Kamailio.start({ users: ['siren', 'desk'], place });
  closing.push(() => kamailio.close());
  siren = await SirenElsewhere.start(network.inside, { address: INSIDE });
  closing.push(() => siren.close());
  desk = await SirenElsewhere.start(network.outside, { address: OUTSIDE, sipPort: DIRECT_PORT });
  closing.push(() => desk.close());
  for (const [device, user] of [
    [siren, 'siren'],
    [desk, 'desk'],
  ] as const) {
    expect((await device.api('POST', '/accounts', accountOf(user))).status).toBe(201);
  }
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** Both hear each other; then one of them hangs up, and the other hears of it. */
async function expectTalk(caller: SirenElsewhere, called: SirenElsewhere): Promise<void> {
  const hears = ({ state, media }: { state: string; media?: { received: number } }) =>
    state === 'Active' && (media?.received ?? 0) > 10;
  const [call] = await Promise.all([
    caller.callThat('audio at the caller', hears),
    called.callThat('audio at the other side', hears),
  ]);
  expect((await caller.api('DELETE', `/calls/${call.callId}`)).status).toBe(204);
  await until('the end', async () => (await called.calls()).every(({ state }) => state === 'Idle'));
}

it('is registered under the address that the world sees', async () => {
  const binding = await until('the binding', async () => {
    const text = await kamailio.bindings('siren');
    return text.includes(`@${ROUTER}:`) && text;
  });
  expect(binding).not.toContain(INSIDE);
});

it('is reached by a call long after the router would have forgotten it, and both sides hear each other', async () => {
  // The siren names its own address for audio; like a PBX with symmetric RTP the desk takes it from the router.
  const symmetric = { trustedServers: [ROUTER] };
  expect((await desk.api('PATCH', '/sip', symmetric)).status).toBe(200);
  const before = await network.sentOut();
  // One a second: three times as long as the router remembers.
  await until('datagrams that keep the way open', async () => (await network.sentOut()) >= before + 6);
  await desk.api('POST', '/calls', { to: `sip:siren@${kamailio.address}`, account: 'pbx' });
  await expectTalk(desk, siren);
});

it('is heard by a device in the world that it calls directly, whatever address it names for its audio', async () => {
  await siren.api('POST', '/calls', { to: `sip:1001@${OUTSIDE}:${DIRECT_PORT}`, account: 'peer-to-peer' });
  await until('the alarm', async () => {
    const { body } = await desk.api('GET', '/status');
    return (body as { siren: unknown[] }).siren.length > 0;
  });
  await expectTalk(siren, desk);
});
