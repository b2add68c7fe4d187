import { describe, expect, it } from '@jest/globals';
import { parseMessage, type Via } from '../message/index.js';
import { responseAddress } from './response-address.js';

function via(text: string): Via {
  const lines = [
    'SIP/2.0 200 OK',
    `Via: ${text}`,
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>;tag=2',
    'Call-ID: 1',
    'CSeq: 1 OPTIONS',
  ];
  const parsed = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`), 'datagram');
  if (!parsed.ok) throw parsed.error;
  return parsed.message.topVia;
}

describe('A response that cannot use its connection goes (RFC 3261 section 18.2.2)', () => {
  const remote = { address: '192.0.2.1', port: 40_000 };

  it.each([
    [
      'by UDP to the port of sent-by',
      'SIP/2.0/UDP 10.0.0.1:5070;received=192.0.2.1',
      false,
      '192.0.2.1',
      5_070,
    ],
    ['by UDP to 5060 where sent-by has no port', 'SIP/2.0/UDP 10.0.0.1', false, '192.0.2.1', 5_060],
    ['by UDP to rport', 'SIP/2.0/UDP 10.0.0.1:5070;rport=40000', false, '192.0.2.1', 40_000],
    ['by UDP to maddr', 'SIP/2.0/UDP 10.0.0.1:5070;maddr=192.0.2.7;rport=40000', false, '192.0.2.7', 5_070],
    ['never to a group', 'SIP/2.0/UDP 10.0.0.1:5070;maddr=224.0.1.75', false, '192.0.2.1', 5_070],
    ['never to the broadcast', 'SIP/2.0/UDP 10.0.0.1:5070;maddr=255.255.255.255', false, '192.0.2.1', 5_070],
    [
      'never to a maddr of another family',
      'SIP/2.0/UDP 10.0.0.1:5070;maddr=2001:db8::1',
      false,
      '192.0.2.1',
      5_070,
    ],
    [
      'by TCP to the port of sent-by, not rport',
      'SIP/2.0/TCP 10.0.0.1:5070;rport=40000',
      true,
      '192.0.2.1',
      5_070,
    ],
    ['by TLS to 5061 where sent-by has no port', 'SIP/2.0/TLS 10.0.0.1', true, '192.0.2.1', 5_061],
  ])('%s', (_title, text, reliable, address, port) => {
    expect(responseAddress(via(text), { reliable, remote })).toEqual({ address, port });
  });
});
