import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { SipsirenError } from '../base/errors.js';
import { acceptOffer, type AcceptedAudio, type AudioCapabilities } from './negotiation.js';
import { parseSessionDescription } from './session-description.js';
import { KeyAgreement } from './srtp/key-agreement.js';

const OURS: AudioCapabilities = {
  codecs: ['PCMU', 'PCMA'],
  direction: 'sendrecv',
  families: [4],
  security: new KeyAgreement({ policy: 'none', isSignalingSecure: false }),
};

function sdp(...lines: string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines, ''].join('\r\n');
}

function accept(offer: string, ours: Partial<AudioCapabilities> = {}): AcceptedAudio | undefined {
  return acceptOffer(parseSessionDescription(offer), { ...OURS, ...ours });
}

/** The code and the text of what an offer is refused with. */
function refusal(offer: string, ours: Partial<AudioCapabilities> = {}): string {
  try {
    accept(offer, ours);
  } catch (error) {
    if (error instanceof SipsirenError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const ASTERISK = [
  'v=0',
  'o=- 1838474121 1838474121 IN IP4 192.0.2.10',
  's=Asterisk',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 17482 RTP/AVP 0 8 9 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=maxptime:140',
  'a=sendrecv',
  '',
].join('\r\n');

const BARESIP = sdp(
  'm=audio 23140 RTP/AVP 96 8 0 97',
  'b=AS:128',
  'a=rtpmap:96 opus/48000/2',
  'a=fmtp:96 stereo=1;sprop-stereo=1',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:97 telephone-event/8000',
  'a=fmtp:97 0-15',
  'a=rtcp:23141 IN IP4 192.0.2.1',
  'a=rtcp-mux',
  'a=sendrecv',
  'a=ssrc:2413422341 cname:sip:test@192.0.2.1',
  'a=ptime:20',
);

const SIPP = sdp('m=audio 6000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000');

const LINPHONE = sdp(
  'm=audio 7078 RTP/AVPF 96 97 98 0 8 18 101 99 100',
  'a=rtpmap:96 opus/48000/2',
  'a=rtpmap:97 speex/16000',
  'a=rtpmap:98 speex/8000',
  'a=fmtp:18 annexb=yes',
  'a=rtpmap:101 telephone-event/48000',
  'a=rtpmap:99 telephone-event/16000',
  'a=rtpmap:100 telephone-event/8000',
  'a=rtcp-fb:* trr-int 5000',
  'm=video 9078 RTP/AVPF 96',
  'a=rtpmap:96 H264/90000',
);

const WEBRTC = sdp(
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=setup:actpass',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:126 telephone-event/8000',
);

describe('offers of real phones', () => {
  it.each<[string, string, object]>([
    [
      'Asterisk',
      ASTERISK,
      { codec: { name: 'PCMU' }, payloadType: 0, keys: { payloadType: 101 }, packetTime: 20 },
    ],
    ['baresip', BARESIP, { codec: { name: 'PCMA' }, payloadType: 8, keys: { payloadType: 97 } }],
    ['sipp', SIPP, { codec: { name: 'PCMU' }, keys: undefined, packetTime: 20 }],
    ['linphone', LINPHONE, { codec: { name: 'PCMU' }, keys: { payloadType: 100 } }],
    [
      'a codec under a dynamic number',
      sdp('m=audio 4 RTP/AVP 110 111', 'a=rtpmap:110 pcma/8000', 'a=rtpmap:111 Telephone-Event/8000'),
      { codec: { name: 'PCMA' }, payloadType: 110, keys: { payloadType: 111 } },
    ],
    ['a number of ports', sdp('m=audio 4000/1 RTP/AVP 8'), { codec: { name: 'PCMA' } }],
    ['lines that end with LF only', SIPP.replaceAll('\r', ''), { codec: { name: 'PCMU' } }],
  ])('are accepted: %s', (_who, offer, audio) => {
    expect(accept(offer)?.audio).toMatchObject({ ...audio, direction: 'sendrecv', isRemoteHold: false });
  });

  it('choose the first plain audio line among several', () => {
    const offer = sdp(
      'm=video 1 RTP/AVP 31',
      'm=audio 2 RTP/SAVP 0',
      'm=audio 3 RTP/AVP 8',
      'm=audio 5 RTP/AVP 0',
    );
    expect(accept(offer)).toMatchObject({
      index: 2,
      protocol: 'RTP/AVP',
      audio: { codec: { name: 'PCMA' } },
    });
  });

  it('decide the codec by their own order among those that we have', () => {
    expect(accept(sdp('m=audio 2 RTP/AVP 8 0'))?.audio.codec.name).toBe('PCMA');
    expect(accept(sdp('m=audio 2 RTP/AVP 8 0'), { codecs: ['PCMU'] })?.audio.codec.name).toBe('PCMU');
  });

  it.each<[string, string, string]>([
    ['WebRTC', WEBRTC, 'MEDIA_NOT_ACCEPTABLE: The peer offers encrypted audio only (UDP/TLS/RTP/SAVPF)'],
    [
      'SRTP',
      sdp('m=audio 2 RTP/SAVP 0'),
      'MEDIA_NOT_ACCEPTABLE: The peer offers encrypted audio only (RTP/SAVP)',
    ],
    [
      'no codec of ours',
      sdp('m=audio 2 RTP/AVP 9 18', 'a=rtpmap:9 G722/8000'),
      'No codec in common: the peer has G722',
    ],
    ['a wide-band PCMU', sdp('m=audio 2 RTP/AVP 97', 'a=rtpmap:97 PCMU/16000'), 'No codec in common'],
    ['video only', sdp('m=video 2 RTP/AVP 31'), 'MEDIA_NOT_ACCEPTABLE: The peer offers no audio, only video'],
    [
      'fax over TCP',
      sdp('m=audio 2 TCP/RTP/AVP 0'),
      'MEDIA_NOT_ACCEPTABLE: The peer offers audio over TCP/RTP/AVP',
    ],
    ['nothing', sdp(), 'MEDIA_NOT_ACCEPTABLE: The peer offers no media at all'],
    ['a multicast group', SIPP.replaceAll('192.0.2.1', '239.1.2.3'), 'single addresses only'],
    ['a broadcast', SIPP.replaceAll('192.0.2.1', '255.255.255.255'), 'single addresses only'],
    ['reports to a group', sdp('m=audio 2 RTP/AVP 0', 'a=rtcp:5 IN IP4 224.0.0.1'), 'single addresses only'],
    ['a name', SIPP.replaceAll('192.0.2.1', 'pc.example.org'), 'Audio cannot be sent to "pc.example.org"'],
    ['IPv6', sdp('c=IN IP6 2001:db8::1', 'm=audio 2 RTP/AVP 0'), 'this device has no IPv6 port'],
    [
      'no address',
      'v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\nm=audio 2 RTP/AVP 0\r\n',
      'MEDIA_SYNTAX',
    ],
    ['no such port', sdp('m=audio 65536 RTP/AVP 0'), 'MEDIA_SYNTAX'],
    ['half a line', sdp('m=audio'), 'MEDIA_SYNTAX'],
    ['a web page', '<html>', 'MEDIA_SYNTAX'],
    ['nothing whatever', '', 'MEDIA_SYNTAX'],
    ['another version', SIPP.replace('v=0', 'v=1'), 'MEDIA_SYNTAX'],
    ['a hundred lines', sdp(...Array<string>(100).fill('m=audio 2 RTP/AVP 0')), 'MEDIA_SYNTAX'],
    ['megabytes', SIPP + 'a=x\r\n'.repeat(20_000), 'MEDIA_SYNTAX'],
  ])('are refused with a reason: %s', (_what, offer, reason) => {
    expect(refusal(offer)).toContain(reason);
  });

  it('with IPv6 are compared in the shortest form of the address', () => {
    const offer = sdp('m=audio 2 RTP/AVP 0', 'c=IN IP6 2001:DB8:0:0:0::1');
    expect(accept(offer, { families: [6] })?.audio.remote.rtp.address).toBe('2001:db8::1');
  });

  it('may turn audio off by port 0', () => {
    expect(accept(sdp('m=audio 0 RTP/AVP 0'))).toBeUndefined();
  });
});

describe('hold in every dialect', () => {
  it.each<[string, string[], string, boolean]>([
    ['no attribute', [], 'sendrecv', false],
    ['sendrecv', ['a=sendrecv'], 'sendrecv', false],
    ['sendonly', ['a=sendonly'], 'recvonly', true],
    ['recvonly', ['a=recvonly'], 'sendonly', false],
    ['inactive', ['a=inactive'], 'inactive', true],
    ['0.0.0.0', ['c=IN IP4 0.0.0.0'], 'recvonly', true],
    ['0.0.0.0 and sendonly', ['c=IN IP4 0.0.0.0', 'a=sendonly'], 'recvonly', true],
    ['0.0.0.0 and inactive', ['c=IN IP4 0.0.0.0', 'a=inactive'], 'inactive', true],
  ])('%s', (_dialect, lines, direction, isRemoteHold) => {
    expect(accept(sdp('m=audio 2 RTP/AVP 0', ...lines))?.audio).toMatchObject({ direction, isRemoteHold });
  });

  it('by an attribute of the whole session', () => {
    expect(accept(sdp('a=sendonly', 'm=audio 2 RTP/AVP 0'))?.audio.direction).toBe('recvonly');
  });

  it.each<['sendonly' | 'recvonly', string, string]>([
    ['recvonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'recvonly', 'inactive'],
    ['sendonly', 'sendrecv', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
  ])('a device set to %s answers %s with %s', (ours, theirs, direction) => {
    expect(accept(sdp('m=audio 2 RTP/AVP 0', `a=${theirs}`), { direction: ours })?.audio.direction).toBe(
      direction,
    );
  });
});

describe('details of an offer', () => {
  it.each<[string[], number]>([
    [['a=ptime:10'], 10],
    [['a=ptime:30'], 30],
    [['a=ptime:25'], 20],
    [['a=ptime:60'], 60],
    [['a=ptime:200'], 60],
    [['a=ptime:1'], 10],
    [['a=ptime:0'], 20],
    [['a=ptime:soon'], 20],
    [['a=ptime:40', 'a=maxptime:30'], 30],
    [['a=maxptime:10'], 10],
    [['a=maxptime:150'], 20],
  ])('%j leads to packets of %i ms', (lines, packetTime) => {
    expect(accept(sdp('m=audio 2 RTP/AVP 0', ...lines))?.audio.packetTime).toBe(packetTime);
  });

  it.each<[string[], object]>([
    [[], { rtcp: { address: '192.0.2.1', port: 3_001 }, rtcpMux: false, rtcpWanted: true }],
    [['a=rtcp:5000'], { rtcp: { address: '192.0.2.1', port: 5_000 } }],
    [['a=rtcp:5000 IN IP4 192.0.2.9'], { rtcp: { address: '192.0.2.9', port: 5_000 } }],
    [['a=rtcp:0'], { rtcp: { port: 3_001 } }],
    [['a=rtcp-mux'], { rtcpMux: true }],
    [['b=RS:0', 'b=RR:0'], { rtcpWanted: false }],
    [['b=RS:0', 'b=RR:800'], { rtcpWanted: true }],
  ])('%j says where reports go', (lines, remote) => {
    expect(accept(sdp('m=audio 3000 RTP/AVP 0', ...lines))?.audio.remote).toMatchObject(remote);
  });
});

describe('10,000 generated descriptions', () => {
  const word = fc.constantFrom(
    '0',
    '8',
    '101',
    '-1',
    '65535',
    '99999999999',
    'IN',
    'IP4',
    'IP6',
    '192.0.2.1',
    '::1',
  );
  const line = fc.oneof(
    fc.constantFrom(...`${ASTERISK}${BARESIP}${LINPHONE}${WEBRTC}`.split('\r\n')),
    fc
      .tuple(fc.constantFrom('v', 'o', 's', 'c', 't', 'm', 'a', 'b'), fc.array(word, { maxLength: 6 }))
      .map(([type, words]) => {
        return `${type}=${words.join(' ')}`;
      }),
    fc
      .tuple(fc.constantFrom('rtpmap', 'fmtp', 'rtcp', 'ptime', 'crypto', '__proto__'), fc.array(word))
      .map(([name, words]) => `a=${name}:${words.join(' ')}`),
    fc.string({ maxLength: 40 }),
  );
  const text = fc
    .tuple(fc.boolean(), fc.array(line, { maxLength: 25 }))
    .map(([isWhole, lines]) => (isWhole ? sdp(...lines) : lines.join('\r\n')));

  it('are either understood or refused with one of our codes', () => {
    let accepted = 0;
    fc.assert(
      fc.property(text, (offer) => {
        const outcome = refusal(offer, { families: [4, 6] });
        if (outcome === 'accepted') accepted++;
        else expect(outcome).toMatch(/^MEDIA_(SYNTAX|NOT_ACCEPTABLE): /);
      }),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
