import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Outbox } from '../support/outbox.js';
import { RecordingLog } from '../support/recording-log.js';
import { TcpPeer } from '../support/tcp-peer.js';
import { TestDevice } from '../support/test-device.js';
import { tortureMessage, tortureNames } from '../support/torture.js';
import { optionsText, UdpPeer } from '../support/udp-peer.js';

/** What the device must do with a message: answer with this status, or say nothing. */
type Outcome = number | 'silence';

/**
 * RFC 4475 as a user agent that is no registrar has to take it. Where the RFC leaves a choice (tolerate or
 * refuse), the choice made here is written down, so that a change of it is seen.
 */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  // 3.1.1 Valid messages. The INVITE of wsinv has a To tag: it belongs to a dialog that does not exist.
  wsinv: 481,
  intmeth: 501,
  esc01: 200,
  escnull: 405,
  esc02: 501,
  lwsdisp: 200,
  longreq: 200,
  dblreq: 405,
  semiuri: 200,
  transports: 200,
  // A MESSAGE with several bodies, of which none is plain text alone.
  mpart01: 415,
  unreason: 'silence',
  noreason: 'silence',
  // 3.1.2 Invalid messages.
  badinv01: 400,
  clerr: 400,
  ncl: 400,
  scalar02: 400,
  scalarlg: 'silence',
  quotbal: 400,
  ltgtruri: 400,
  lwsruri: 400,
  lwsstart: 400,
  trws: 400,
  escruri: 400,
  baddate: 200,
  regbadct: 400,
  badaspec: 400,
  baddn: 400,
  badvers: 505,
  mismatch01: 400,
  mismatch02: 400,
  bigcode: 'silence',
  // 3.2 Transaction layer.
  badbranch: 200,
  // 3.3 Application layer.
  insuf: 400,
  unkscm: 416,
  novelsc: 416,
  unksm2: 405,
  bext01: 420,
  invut: 415,
  regaut01: 405,
  multi01: 400,
  mcl01: 400,
  bcast: 'silence',
  zeromf: 200,
  cparam01: 405,
  cparam02: 405,
  regescrt: 405,
  sdp01: 406,
  // 3.4 Backward compatibility.
  inv2543: 200,
  // In the archive, named in no section: no version, no Via, nobody to answer.
  test: 'silence',
};

/** Of a stream these have only a part, whose end the device waits for. */
const UNFINISHED = new Set(['clerr', 'baddn']);

let outbox: Outbox;
/** One for each transport: by its branch a request is the same on every one (RFC 3261 section 17.2.3). */
let byUdp: TestDevice;
let byTcp: TestDevice;
const log = new RecordingLog();

beforeAll(async () => {
  outbox = new Outbox();
  byUdp = await TestDevice.start({ log });
  byTcp = await TestDevice.start({ log });
});

afterAll(async () => {
  await Promise.all([byUdp.close(), byTcp.close()]);
  outbox.close();
});

/** The value of a header in text, by either of its names. */
function header(text: string, name: string): string | undefined {
  return new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)\\r?$`, 'im').exec(text)?.[1]?.trimEnd();
}

/** The ACK and the BYE with which a caller would end the call that this 200 made. */
function endOfCall(answer: string, port: number, protocol: 'UDP' | 'TCP'): string[] {
  const sequence = Number.parseInt(header(answer, 'CSeq') ?? '', 10);
  return ['ACK', 'BYE'].map((method) =>
    [
      `${method} sip:siren@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/${protocol} 127.0.0.1:${port};branch=z9hG4bK-end-${method}-${header(answer, 'Call-ID')}`,
      'Max-Forwards: 70',
      `From: ${header(answer, 'From')}`,
      `To: ${header(answer, 'To')}`,
      `Call-ID: ${header(answer, 'Call-ID')}`,
      `CSeq: ${method === 'ACK' ? sequence : sequence + 1} ${method}`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  );
}

const statusOf = (text: string): number => Number(text.slice('SIP/2.0 '.length, 'SIP/2.0 nnn'.length));

it('has an outcome for each of the 50 messages', () => {
  expect(Object.keys(OUTCOMES).sort()).toEqual([...tortureNames()]);
});

describe('RFC 4475 by UDP: one answer or none, and the device goes on', () => {
  let peer: UdpPeer;
  beforeAll(async () => {
    peer = await UdpPeer.open(byUdp.sipPort);
  });
  afterAll(() => peer.close());

  it.each(tortureNames())('%s', async (name) => {
    outbox.datagrams.length = 0;
    await peer.send(tortureMessage(name));
    // The device takes datagrams in order: what it has not said before it answers this, it does not say.
    expect((await peer.ask()).status).toBe(200);
    const said = outbox.datagrams.filter(
      ({ text }) => text.startsWith('SIP/2.0 ') && !text.includes('Call-ID: ask-'),
    );
    const answers = said.filter(({ text }) => text !== tortureMessage(name).toString());
    expect(answers.map(({ text }) => statusOf(text))).toEqual(
      OUTCOMES[name] === 'silence' ? [] : [OUTCOMES[name]],
    );
    expect(new Set(answers.map(({ address }) => address)).size).toBeLessThanOrEqual(1);
    expect(answers.every(({ address }) => address === '127.0.0.1')).toBe(true);
    for (const { text } of answers) {
      if (statusOf(text) === 200 && header(text, 'CSeq')?.endsWith('INVITE')) {
        for (const request of endOfCall(text, peer.port, 'UDP')) await peer.send(request);
        await peer.response(header(text, 'Call-ID') ?? '', { method: 'BYE', status: 200 });
      }
    }
  });

  it('sends answers to malformed requests back to where they came from', async () => {
    const before = peer.unreadable.length + peer.received.all.length;
    await peer.send(tortureMessage('badinv01'));
    await peer.ask();
    expect(peer.unreadable.length + peer.received.all.length).toBe(before + 2);
  });
});

describe('RFC 4475 by TCP: one answer or none on the connection, and the device goes on', () => {
  it.each(tortureNames())('%s', async (name) => {
    const peer = await TcpPeer.open(byTcp.sipPort);
    await peer.send(tortureMessage(name));
    if (UNFINISHED.has(name)) {
      await peer.finish();
      expect(peer.received.all).toEqual([]);
    } else {
      const callId = `after-${name}`;
      await peer.send(optionsText({ callId, port: peer.port, protocol: 'TCP' }));
      await peer.messageOrClose(callId);
      const answers = peer.received.all.filter((text) => !text.includes(callId));
      expect(answers.map(statusOf)).toEqual(outcomesOnStream(name));
      for (const text of answers) await endIfAnswered(text);
      await peer.close();
    }
    await expectAlive();
  });

  function outcomesOnStream(name: string): Outcome[] {
    // The octets behind its first request are a second one on a stream.
    if (name === 'dblreq') return [405, 200];
    // It has no Content-Length, without which no message on a stream has an end (RFC 3261 section 18.3).
    if (name === 'inv2543') return [400];
    const outcome = OUTCOMES[name];
    return outcome === undefined || outcome === 'silence' ? [] : [outcome];
  }

  /** On a connection of its own: what follows the two requests of dblreq is none, and ends theirs. */
  async function endIfAnswered(text: string): Promise<void> {
    if (statusOf(text) !== 200 || !header(text, 'CSeq')?.endsWith('INVITE')) return;
    const peer = await TcpPeer.open(byTcp.sipPort);
    for (const request of endOfCall(text, peer.port, 'TCP')) await peer.send(request);
    expect(await peer.message(`z9hG4bK-end-BYE-${header(text, 'Call-ID')}`)).toMatch(/^SIP\/2\.0 200 /);
    await peer.close();
  }

  async function expectAlive(): Promise<void> {
    const peer = await TcpPeer.open(byTcp.sipPort);
    const callId = `alive-${peer.port}`;
    await peer.send(optionsText({ callId, port: peer.port, protocol: 'TCP' }));
    expect(await peer.message(callId)).toMatch(/^SIP\/2\.0 200 /);
    await peer.close();
  }
});

describe('after all of them', () => {
  it('nothing was ever sent to a broadcast address', () => {
    expect(outbox.datagrams.filter(({ address }) => address.startsWith('255.'))).toEqual([]);
  });

  it('no handler failed and no error was logged', () => {
    expect(log.messages('error')).toEqual([]);
  });

  it('no call is left over', () => {
    for (const { device } of [byUdp, byTcp]) {
      expect(device.calls.list()).toEqual([]);
      expect(device.siren.status()).toEqual({ light: [], siren: [] });
    }
  });
});
