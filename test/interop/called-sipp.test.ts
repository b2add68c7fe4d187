import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { Sipp, type SippTrace } from '../support/sipp/sipp.js';
import { answer, description, expectRequest, type Story } from '../support/sipp/story.js';
import { TestDevice } from '../support/test-device.js';

const PEER = { peer: 'sipp', version: programVersion('sipp') };

let siren: TestDevice;
let called: Sipp[] = [];

beforeEach(async () => {
  siren = await TestDevice.start();
});

afterEach(async () => {
  for (const one of called) one.stop();
  called = [];
  await siren.close();
});

/** sipp waits for a call on this port. */
async function awaitCall(port: number, story: Story): Promise<Sipp> {
  const sipp = await Sipp.start({ to: siren.sipAddress, extension: 'desk', port, story });
  called.push(sipp);
  return sipp;
}

/** The siren calls, and hangs up as soon as the call stands. */
async function callAndHangUp(port: number): Promise<void> {
  const { device } = siren;
  await device.control.run(
    'calls.place',
    { call: { to: `sip:desk@127.0.0.1:${port}` } },
    { name: 'test', role: 'administrator' },
  );
  const { event } = await siren.event('call.state', ({ state }) => state === 'Active');
  device.calls.end(event.callId);
  await siren.event('call.state', ({ state }) => state === 'Idle');
}

/** A response to the INVITE that has just come, with a tag of its own. */
function respond(status: string, headers: readonly string[], body = ''): string {
  const content =
    body === ''
      ? ['Content-Length: 0', '']
      : ['Content-Type: application/sdp', 'Content-Length: [len]', '', ...body.split('\n')];
  const lines = [
    `SIP/2.0 ${status}`,
    '[last_Via:]',
    '[last_From:]',
    '[last_To:];tag=[pid]d[call_number]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
    ...headers,
    ...content,
  ];
  return ['<send>', '<![CDATA[', ...lines, ']]>', '</send>'].join('\n');
}

const OWN_CONTACT = 'Contact: <sip:desk@[local_ip]:[local_port]>';
const methodsOf = ({ received }: SippTrace) => received.map((message) => message.split(' ', 1)[0]);

describe('A call of the siren to sipp', () => {
  it('is moved elsewhere by a 302, and made there', async () => {
    recordInterop({ ...PEER, feature: '302 followed' });
    const [first, second] = [await freePort(), await freePort()];
    const moved = await awaitCall(first, [
      expectRequest('INVITE'),
      respond('302 Moved Temporarily', [`Contact: <sip:desk@127.0.0.1:${second}>`]),
      expectRequest('ACK'),
    ]);
    const there = await awaitCall(second, [
      expectRequest('INVITE'),
      respond('200 OK', [OWN_CONTACT], description()),
      expectRequest('ACK'),
      expectRequest('BYE'),
      answer('200 OK'),
    ]);
    await callAndHangUp(first);
    expect(methodsOf(await moved.finished())).toEqual(['INVITE', 'ACK']);
    expect(methodsOf(await there.finished())).toEqual(['INVITE', 'ACK', 'BYE']);
  });

  it('rings by a reliable 183, which the siren acknowledges by PRACK', async () => {
    recordInterop({ ...PEER, feature: 'Reliable 183 acknowledged by PRACK' });
    const port = await freePort();
    const desk = await awaitCall(port, [
      expectRequest('INVITE'),
      respond('183 Session Progress', [OWN_CONTACT, 'Require: 100rel', 'RSeq: 7'], description()),
      // What comes in between belongs to another transaction; the INVITE's own headers are kept.
      '<recv request="PRACK"><action><ereg regexp="RAck: *7 +1 +INVITE" search_in="msg" check_it="true" assign_to="rack"/></action></recv>',
      respond('200 OK', []).replace(';tag=[pid]d[call_number]', ''),
      '<Reference variables="rack"/>',
      answer('200 OK', { headers: [] }).replace('[$requestTo]', '[$requestTo];tag=[pid]d[call_number]'),
      expectRequest('ACK'),
      expectRequest('BYE'),
      answer('200 OK'),
    ]);
    await callAndHangUp(port);
    expect(methodsOf(await desk.finished())).toEqual(['INVITE', 'PRACK', 'ACK', 'BYE']);
  });
});
