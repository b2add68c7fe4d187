import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';

import { FakeClock } from '../../test/support/fake-clock.js';
import { silentLog } from '../base/log.js';
import { MediaEngine } from './media-engine.js';
import type { MediaSession } from './media-session.js';

const engine = new MediaEngine({
  clock: new FakeClock(),
  log: silentLog,
  address: '127.0.0.1',
  firstPort: 41_000,
});
let session: MediaSession;

function sdp(...lines: string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...lines, ''].join('\r\n');
}

const AUDIO = ['m=audio 9000 RTP/AVP 8 0 96', 'a=rtpmap:96 telephone-event/8000'] as const;

/** The lines from the first m= on. */
function mediaOf(description: string): string[] {
  const lines = description.split('\r\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('m='))).filter((line) => line !== '');
}

function versionOf(description: string): number {
  return Number(/^o=- \d+ (\d+) /m.exec(description)?.[1]);
}

beforeEach(async () => {
  session = await engine.createSession({ advertisedAddress: '192.0.2.7', codecs: ['PCMU', 'PCMA'] });
});

afterAll(() => engine.close());

describe('an answer', () => {
  it('is a whole description with our address, one codec and the keys under the number of the offer', () => {
    const lines = session.answer(sdp(...AUDIO)).split('\r\n');
    expect(lines[1]).toMatch(/^o=- \d+ 1 IN IP4 192\.0\.2\.7$/);
    expect(lines.filter((line) => !line.startsWith('o='))).toEqual([
      'v=0',
      's=sipsiren',
      'c=IN IP4 192.0.2.7',
      't=0 0',
      `m=audio ${session.port} RTP/AVP 8 96`,
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:96 telephone-event/8000',
      'a=fmtp:96 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ]);
  });

  it('keeps number and order of the lines and refuses the others with port 0', () => {
    const offer = sdp('m=video 5 RTP/AVP 31 34', ...AUDIO, 'm=audio 7 RTP/AVP 0', 'm=message 9 TCP/MSRP *');
    const media = mediaOf(session.answer(offer)).filter((line) => line.startsWith('m='));
    expect(media).toEqual([
      'm=video 0 RTP/AVP 31 34',
      `m=audio ${session.port} RTP/AVP 8 96`,
      'm=audio 0 RTP/AVP 0',
      'm=message 0 TCP/MSRP *',
    ]);
  });

  it('shares the port with RTCP where that is offered', () => {
    expect(session.answer(sdp(...AUDIO, 'a=rtcp-mux'))).toContain('a=rtcp-mux\r\n');
    expect(session.answer(sdp(...AUDIO))).not.toContain('rtcp-mux');
  });

  it('leaves keys out where none are offered', () => {
    expect(mediaOf(session.answer(sdp('m=audio 9000 RTP/AVP 0')))[0]).toBe(
      `m=audio ${session.port} RTP/AVP 0`,
    );
  });

  it('has an IPv6 address where the device is reached by one', async () => {
    const other = await engine.createSession({ advertisedAddress: '2001:db8::7', codecs: ['PCMU'] });
    expect(other.createOffer()).toContain('c=IN IP6 2001:db8::7\r\n');
    other.close();
  });
});

describe('further offers in a session', () => {
  it('raise the version only when something changed', () => {
    const first = session.answer(sdp(...AUDIO));
    const refresh = session.answer(sdp(...AUDIO));
    expect(refresh).toBe(first);
    const held = session.answer(sdp(...AUDIO, 'a=sendonly'));
    expect(versionOf(held)).toBe(2);
    expect(held).toContain('a=recvonly');
    expect(session.isRemoteHold).toBe(true);
    const resumed = session.answer(sdp(...AUDIO));
    expect(versionOf(resumed)).toBe(3);
    expect(session.isRemoteHold).toBe(false);
  });

  it('change codec and address', () => {
    session.answer(sdp(...AUDIO));
    expect(session.statistics).toMatchObject({
      codec: 'PCMA',
      remoteAddress: '127.0.0.1',
      remotePort: 9_000,
    });
    session.answer(sdp('m=audio 9100 RTP/AVP 0'));
    expect(session.statistics).toMatchObject({ codec: 'PCMU', remotePort: 9_100 });
  });

  it('change nothing when they are refused', () => {
    session.answer(sdp(...AUDIO));
    expect(() => session.answer(sdp('m=audio 9100 RTP/AVP 18'))).toThrow('No codec in common');
    expect(session.statistics).toMatchObject({ codec: 'PCMA', remotePort: 9_000 });
    expect(versionOf(session.answer(sdp(...AUDIO)))).toBe(1);
  });

  it('may turn audio off and on again, which a first offer may not', () => {
    expect(() => session.answer(sdp('m=audio 0 RTP/AVP 0'))).toThrow('port 0');
    session.answer(sdp(...AUDIO));
    expect(mediaOf(session.answer(sdp('m=audio 0 RTP/AVP 0')))).toEqual(['m=audio 0 RTP/AVP 0']);
    expect(session.isRemoteHold).toBe(true);
    session.answer(sdp(...AUDIO));
    expect(session.isRemoteHold).toBe(false);
  });
});

describe('an offer of ours', () => {
  it('has every codec in our order and keys', () => {
    expect(mediaOf(session.createOffer())).toEqual([
      `m=audio ${session.port} RTP/AVP 0 8 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
    ]);
  });

  it('is followed by what the answer chose', () => {
    session.createOffer();
    session.applyAnswer(sdp('m=audio 9000 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=ptime:30'));
    expect(session.statistics.codec).toBe('PCMA');
  });

  it('keeps the lines of the session and the number of the keys', () => {
    session.answer(sdp('m=video 5 RTP/AVP 31', ...AUDIO));
    const media = mediaOf(session.createOffer()).filter((line) => line.startsWith('m='));
    expect(media).toEqual(['m=video 0 RTP/AVP 31', `m=audio ${session.port} RTP/AVP 0 8 96`]);
  });

  it.each<[string, string[], string]>([
    ['port 0', ['m=audio 0 RTP/AVP 0'], 'refuses our audio'],
    ['video', ['m=video 5 RTP/AVP 31'], 'no audio where the offer had it'],
    ['no line', [], 'no audio where the offer had it'],
    ['a codec we did not offer', ['m=audio 5 RTP/AVP 18'], 'No codec in common'],
    ['encryption', ['m=audio 5 RTP/SAVP 0'], 'encrypted'],
  ])('refuses an answer with %s', (_what, lines, reason) => {
    session.createOffer();
    expect(() => session.applyAnswer(sdp(...lines))).toThrow(reason);
  });
});

describe('pressing keys', () => {
  it.each([
    ['', 'INVALID_VALUE'],
    ['12x', 'INVALID_VALUE'],
  ])('refuses "%s"', async (digits, code) => {
    session.answer(sdp(...AUDIO));
    await expect(session.sendDtmf(digits)).rejects.toMatchObject({ code });
  });

  it('is not possible where the peer takes none, also when that changes while they wait', async () => {
    session.answer(sdp(...AUDIO));
    const waiting = session.sendDtmf('1');
    session.answer(sdp('m=audio 9000 RTP/AVP 0'));
    await expect(waiting).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(session.sendDtmf('1')).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it('is cancelled by the end of the call', async () => {
    session.answer(sdp(...AUDIO));
    const waiting = session.sendDtmf('1');
    session.close();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(session.sendDtmf('1')).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
