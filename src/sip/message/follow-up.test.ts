import { describe, expect, it } from '@jest/globals';
import {
  ackOf,
  cancelOf,
  HeaderList,
  isKeepAlive,
  NameAddress,
  parseUri,
  reasonPhrase,
  serialise,
  SipRequest,
  SipResponse,
} from './index.js';

const alice = new NameAddress({ uri: parseUri('sip:alice@atlanta.example'), tag: 'a1' });
const bob = new NameAddress({ uri: parseUri('sip:bob@biloxi.example') });

function invite(): SipRequest {
  const request = SipRequest.create({
    method: 'INVITE',
    uri: parseUri('sip:bob@192.0.2.4'),
    from: alice,
    to: bob,
    callId: 'c1',
    sequence: 7,
    headers: [
      ['Route', '<sip:p1;lr>, <sip:p2;lr>'],
      ['Record-Route', '<sip:p3;lr>'],
      ['Route', '<sip:p3;lr>'],
      ['Require', '100rel'],
      ['Timestamp', '54'],
    ],
    body: 'v=0',
    contentType: 'application/sdp',
  });
  request.setTopVia({ transport: 'udp', host: '192.0.2.1', port: 5060, branch: 'z9hG4bKx', rport: true });
  return request;
}

describe('SipResponse.to', () => {
  it('takes over what RFC 3261 section 8.2.6 says, as it is written', () => {
    const request = invite();
    request.headers.append('Via', 'SIP/2.0/TCP   proxy  ;branch=z9hG4bKy');
    const response = SipResponse.to(request, 180, { toTag: 'b1', headers: [['Contact', '<sip:b@h>']] });
    expect(serialise(response).toString()).toBe(
      [
        'SIP/2.0 180 Ringing',
        'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport',
        'Via: SIP/2.0/TCP   proxy  ;branch=z9hG4bKy',
        'From: <sip:alice@atlanta.example>;tag=a1',
        'To: <sip:bob@biloxi.example>;tag=b1',
        'Call-ID: c1',
        'CSeq: 7 INVITE',
        'Contact: <sip:b@h>',
        'Content-Length: 0\r\n\r\n',
      ].join('\r\n'),
    );
  });

  it('adds Timestamp to a 100, and Record-Route, body and phrase when asked', () => {
    expect(SipResponse.to(invite(), 100).headers.first('Timestamp')).toBe('54');
    expect(SipResponse.to(invite(), 100).toTag).toBeUndefined();
    const ok = SipResponse.to(invite(), 200, {
      copyRecordRoute: true,
      body: 'v=0',
      contentType: 'application/sdp',
      reason: 'Fine',
    });
    expect(ok.recordRoutes).toHaveLength(1);
    expect([ok.reason, ok.contentType, ok.body.toString()]).toEqual(['Fine', 'application/sdp', 'v=0']);
  });

  it('keeps a To tag that is there', () => {
    const request = invite();
    request.headers.set('To', 'sip:bob@biloxi.example;tag=old');
    expect(SipResponse.to(request, 200, { toTag: 'new' }).toTag).toBe('old');
    request.headers.set('To', 'sip:bob@biloxi.example');
    expect(SipResponse.to(request, 200, { toTag: 'new' }).to).toMatchObject({ tag: 'new' });
  });

  it('refuses a phrase with a line break', () => {
    expect(() => SipResponse.to(invite(), 486, { reason: 'Busy\r\nEvil: yes' })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE' }),
    );
  });
});

describe('cancelOf and ackOf', () => {
  it('make a CANCEL of the same transaction (section 9.1)', () => {
    const cancel = cancelOf(invite());
    expect(serialise(cancel).toString()).toBe(
      [
        'CANCEL sip:bob@192.0.2.4 SIP/2.0',
        'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport',
        'Max-Forwards: 70',
        'Route: <sip:p1;lr>, <sip:p2;lr>',
        'Route: <sip:p3;lr>',
        'From: <sip:alice@atlanta.example>;tag=a1',
        'To: <sip:bob@biloxi.example>',
        'Call-ID: c1',
        'CSeq: 7 CANCEL',
        'Content-Length: 0\r\n\r\n',
      ].join('\r\n'),
    );
  });

  it('make an ACK with the To of the response (section 17.1.1.3)', () => {
    const ack = ackOf(invite(), SipResponse.to(invite(), 486, { toTag: 'b1' }));
    expect([ack.method, ack.toTag, ack.cseq, ack.topVia.branch]).toEqual([
      'ACK',
      'b1',
      { sequence: 7, method: 'ACK' },
      'z9hG4bKx',
    ]);
    expect(ack.routes).toHaveLength(3);
    expect(ack.vias).toHaveLength(1);
  });
});

describe('the top Via', () => {
  it('is put first, and replaced with its branch kept', () => {
    const request = invite();
    request.setTopVia({ transport: 'TCP', host: '2001:db8::1', rport: true });
    expect(request.headers.all('Via')).toEqual(['SIP/2.0/TCP [2001:db8::1];branch=z9hG4bKx;rport']);
    expect([...request.headers.entries()][0]?.[0]).toBe('Via');
  });

  it.each([
    ['SIP/2.0/UDP 192.0.2.1;branch=b', 'SIP/2.0/UDP 192.0.2.1;branch=b'],
    ['SIP/2.0/UDP 192.0.2.1;branch=b;rport', 'SIP/2.0/UDP 192.0.2.1;branch=b;rport=5099;received=192.0.2.1'],
    ['SIP/2.0/UDP host;branch=b', 'SIP/2.0/UDP host;branch=b;received=192.0.2.1'],
    ['SIP/2.0/UDP 192.0.2.1;received=10.0.0.1;branch=b', 'SIP/2.0/UDP 192.0.2.1;branch=b'],
    ['SIP/2.0/UDP host;rport=1;received=10.0.0.1', 'SIP/2.0/UDP host;rport=5099;received=192.0.2.1'],
    ['SIP/2.0/UDP host, SIP/2.0/TCP next;x', 'SIP/2.0/UDP host;received=192.0.2.1, SIP/2.0/TCP next;x'],
  ])('notes where %s came from (RFC 3581)', (via, expected) => {
    const request = invite();
    request.headers.set('Via', via);
    request.markReceived('192.0.2.1', 5099);
    expect(request.headers.all('Via')).toEqual([expected]);
    expect(request.topVia.toString()).toBe(expected.split(',')[0]);
  });
});

describe('reasonPhrase', () => {
  it('knows the codes, and their class where it does not', () => {
    expect([486, 499, 299, 199, 999].map(reasonPhrase)).toEqual([
      'Busy Here',
      'Bad Request',
      'OK',
      'Early Dialog Terminated',
      'Unknown',
    ]);
  });
});

describe('isKeepAlive', () => {
  it.each(['', '\r\n', '\r\n\r\n', '\0', '\0\0\0\0'])('takes %j for one', (text) => {
    expect(isKeepAlive(Buffer.from(text))).toBe(true);
  });

  it.each(['x', '\r\n\r\n\r\n', 'ACK ', '\r\nA'])('takes %j for none', (text) => {
    expect(isKeepAlive(Buffer.from(text))).toBe(false);
  });
});

describe('SipRequest.create', () => {
  it('takes headers as they come and a body of any kind', () => {
    const headers = new HeaderList([['Subject', 'x']]);
    const request = SipRequest.create({
      method: 'MESSAGE',
      uri: bob.uri,
      from: alice,
      to: bob,
      callId: 'c',
      sequence: 1,
      maxForwards: 5,
      headers: headers.entries(),
      body: new Uint8Array([1, 2]),
    });
    expect(request.headers.first('Max-Forwards')).toBe('5');
    expect(request.headers.first('Subject')).toBe('x');
    expect([...request.body]).toEqual([1, 2]);
  });
});
