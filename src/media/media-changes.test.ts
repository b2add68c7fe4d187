import { afterAll, afterEach, describe, expect, it } from '@jest/globals';

import { FakeClock } from '../../test/support/fake-clock.js';
import { silentLog } from '../base/log.js';
import type { AudioCodecName } from './codecs/audio-codec.js';
import { MediaEngine } from './media-engine.js';
import type { MediaSessionOptions } from './media-session-options.js';
import type { MediaSession } from './media-session.js';

const ALL: readonly AudioCodecName[] = ['PCMU', 'PCMA', 'G722', 'opus', 'L16'];
const EVENTS = 'telephone-event/8000';

const engine = new MediaEngine({
  clock: new FakeClock(),
  log: silentLog,
  address: '127.0.0.1',
  firstPort: 46_000,
  maxSessions: 4,
});
const sessions: MediaSession[] = [];

async function newSession(options: Partial<MediaSessionOptions> = {}): Promise<MediaSession> {
  const session = await engine.createSession({ advertisedAddress: '192.0.2.7', codecs: ALL, ...options });
  sessions.push(session);
  return session;
}

/** A description with one line of audio: numbers with what they stand for. */
function audio(formats: Readonly<Record<number, string>>, ...lines: string[]): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  const numbers = Object.keys(formats);
  const maps = numbers.map((number) => `a=rtpmap:${number} ${formats[Number(number)]}`);
  return [...head, `m=audio 9000 RTP/AVP ${numbers.join(' ')}`, ...maps, ...lines, ''].join('\r\n');
}

/** What a description says of each payload type, in its order, and its direction. */
function said(description: string): { formats: string[]; direction: string | undefined } {
  const numbers = /^m=audio \d+ \S+ (.*)$/m.exec(description)?.[1]?.trim().split(' ') ?? [];
  const formats = numbers.map((number) => {
    const map = new RegExp(`^a=rtpmap:${number} (\\S+)`, 'm').exec(description)?.[1];
    return `${number} ${map}`;
  });
  return { formats, direction: /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(description)?.[1] };
}

afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});
afterAll(() => engine.close());

describe('codecs in descriptions', () => {
  it('are offered in our order, keys by every clock among them', async () => {
    expect(said((await newSession()).createOffer()).formats).toEqual([
      '0 PCMU/8000',
      '8 PCMA/8000',
      '9 G722/8000',
      '107 opus/48000/2',
      '118 L16/16000',
      '101 telephone-event/8000',
      '127 telephone-event/48000',
      '126 telephone-event/16000',
    ]);
  });

  it('leave the number of the keys to the setting', async () => {
    const session = await newSession({ codecs: ['opus', 'PCMA'], dtmfPayloadType: 107 });
    expect(said(session.createOffer()).formats).toEqual([
      '126 opus/48000/2',
      '8 PCMA/8000',
      '107 telephone-event/8000',
      '127 telephone-event/48000',
    ]);
  });

  it.each<[string, Record<number, string>, string[]]>([
    [
      'the offerer’s order',
      { 9: 'G722/8000', 8: 'PCMA/8000', 101: EVENTS },
      ['8 PCMA/8000', `101 ${EVENTS}`],
    ],
    [
      'Opus',
      { 96: 'opus/48000/2', 97: 'telephone-event/48000' },
      ['96 opus/48000/2', '97 telephone-event/48000'],
    ],
    ['Opus with the keys of G.711', { 96: 'opus/48000/2', 97: EVENTS }, ['96 opus/48000/2', `97 ${EVENTS}`]],
    ['linear audio of a CD', { 10: 'L16/44100/2' }, ['10 L16/44100/2']],
    ['linear audio under any number', { 100: 'l16/48000' }, ['100 L16/48000']],
  ])('are answered with one: %s', async (_what, formats, answer) => {
    expect(said((await newSession()).answer(audio(formats))).formats).toEqual(answer);
  });

  it('that need no map are known by their number', async () => {
    const session = await newSession({ codecs: ['L16', 'G722'] });
    const offer = audio({}).replace('RTP/AVP ', 'RTP/AVP 11 9');
    expect(said(session.answer(offer)).formats).toEqual(['11 L16/44100']);
  });

  it('that are alike in name only are refused', async () => {
    const session = await newSession();
    const formats = { 96: 'opus/16000/1', 97: 'G722/16000', 98: 'L16/32000', 99: 'L16/16000/4' };
    expect(() => session.answer(audio(formats))).toThrow('No codec in common');
  });

  it('keep the numbers that the peer gave them, in our offers too (RFC 3264 section 8.3.2)', async () => {
    const session = await newSession({ codecs: ['opus', 'L16'] });
    session.answer(audio({ 118: 'opus/48000/2', 107: 'speex/16000', 101: 'telephone-event/48000' }));
    expect(said(session.createOffer()).formats).toEqual([
      '118 opus/48000/2',
      '125 L16/16000',
      '127 telephone-event/8000',
      '101 telephone-event/48000',
      '126 telephone-event/16000',
    ]);
  });

  it('say in packet times what fits into a packet', async () => {
    const session = await newSession();
    expect(session.answer(audio({ 96: 'opus/48000/2' }, 'a=ptime:30'))).toContain('a=ptime:20');
    expect(session.answer(audio({ 97: 'L16/48000' }))).toContain('a=ptime:10');
    expect(session.answer(audio({ 98: 'L16/44100/2' }))).toContain('a=ptime:5');
    expect(session.answer(audio({ 9: 'G722/8000' }, 'a=ptime:60'))).toContain('a=ptime:60');
  });
});

describe('a call that changes', () => {
  it('changes codec by a re-INVITE of either side', async () => {
    const session = await newSession();
    session.answer(audio({ 0: 'PCMU/8000' }));
    session.answer(audio({ 9: 'G722/8000' }));
    expect(session.statistics.codec).toBe('G722');
    session.createOffer();
    session.applyAnswer(audio({ 107: 'opus/48000/2' }));
    expect(session.statistics.codec).toBe('opus');
  });

  it('is held and resumed by us, once the peer has agreed', async () => {
    const session = await newSession();
    session.answer(audio({ 0: 'PCMU/8000' }));
    expect(said(session.createOffer({ hold: true })).direction).toBe('sendonly');
    expect(session.isLocalHold).toBe(false);
    session.applyAnswer(audio({ 0: 'PCMU/8000' }, 'a=recvonly'));
    expect(session.isLocalHold).toBe(true);
    expect(session.isRemoteHold).toBe(false);
    // The peer refreshes the session meanwhile: we still do not want to hear it.
    expect(said(session.answer(audio({ 0: 'PCMU/8000' }))).direction).toBe('sendonly');
    expect(said(session.createOffer()).direction).toBe('sendonly');
    expect(said(session.createOffer({ hold: false })).direction).toBe('sendrecv');
    session.applyAnswer(audio({ 0: 'PCMU/8000' }));
    expect(session.isLocalHold).toBe(false);
  });

  it('is not held where the peer refused that', async () => {
    const session = await newSession();
    session.answer(audio({ 0: 'PCMU/8000' }));
    session.createOffer({ hold: true });
    expect(said(session.answer(audio({ 0: 'PCMU/8000' }))).direction).toBe('sendrecv');
    expect(said(session.createOffer()).direction).toBe('sendrecv');
  });

  it.each<['recvonly' | 'sendonly', string]>([
    ['recvonly', 'inactive'],
    ['sendonly', 'sendonly'],
  ])('that is %s by its setting is held as %s', async (direction, held) => {
    const session = await newSession({ direction });
    session.answer(audio({ 0: 'PCMU/8000' }));
    expect(said(session.createOffer({ hold: true })).direction).toBe(held);
  });

  it.each(['a=sendonly', 'a=inactive', 'c=IN IP4 0.0.0.0'])('is held by the peer: %s', async (line) => {
    const session = await newSession();
    session.answer(audio({ 0: 'PCMU/8000' }));
    session.answer(audio({ 0: 'PCMU/8000' }, line));
    expect(session.isRemoteHold).toBe(true);
    // Where 0.0.0.0 was written the address of before is still the peer's.
    expect(session.statistics).toMatchObject({ remoteAddress: '127.0.0.1', remotePort: 9_000 });
    session.answer(audio({ 0: 'PCMU/8000' }));
    expect(session.isRemoteHold).toBe(false);
  });

  it('that is held by both sides flows again when both have resumed it', async () => {
    const session = await newSession();
    session.answer(audio({ 0: 'PCMU/8000' }));
    session.createOffer({ hold: true });
    session.applyAnswer(audio({ 0: 'PCMU/8000' }, 'a=recvonly'));
    expect(said(session.answer(audio({ 0: 'PCMU/8000' }, 'a=sendonly'))).direction).toBe('inactive');
    expect(said(session.answer(audio({ 0: 'PCMU/8000' }))).direction).toBe('sendonly');
  });

  it('begins late: our offer in the answer, theirs in the ACK', async () => {
    const session = await newSession();
    const offer = session.createOffer();
    expect(said(offer).formats).toContain('9 G722/8000');
    session.applyAnswer(audio({ 9: 'G722/8000', 101: EVENTS }));
    expect(session.statistics).toMatchObject({ codec: 'G722', remotePort: 9_000 });
    expect(session.canSendKeys).toBe(true);
  });

  it('follows early media first and what the 200 says then, of the same or another fork', async () => {
    const session = await newSession();
    session.createOffer();
    session.applyAnswer(audio({ 8: 'PCMA/8000', 101: EVENTS }));
    expect(session.statistics).toMatchObject({ codec: 'PCMA', remotePort: 9_000 });
    const fork = audio({ 107: 'opus/48000/2' }).replace('m=audio 9000', 'm=audio 9400');
    session.applyAnswer(fork.replaceAll('127.0.0.1', '127.0.0.9'));
    expect(session.statistics).toMatchObject({
      codec: 'opus',
      remoteAddress: '127.0.0.9',
      remotePort: 9_400,
    });
    expect(session.canSendKeys).toBe(false);
  });

  it('keeps what was agreed where a fork’s answer makes no sense', async () => {
    const session = await newSession();
    session.createOffer();
    session.applyAnswer(audio({ 8: 'PCMA/8000' }));
    expect(() => session.applyAnswer(audio({ 18: 'G729/8000' }))).toThrow('No codec in common');
    expect(session.statistics.codec).toBe('PCMA');
  });
});
