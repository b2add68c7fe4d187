import {
  parseMessage,
  serialise,
  SipResponse,
  StreamFramer,
  type SipMessage,
} from '../../src/sip/message/index.js';

/** A session description as a PBX offers it. */
const SDP = [
  'v=0',
  'o=- 3848 3848 IN IP4 192.0.2.10',
  's=pbx',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 14330 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');

const DIALOG = [
  'Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKPj3f2a1c9e-8d4b-4f0b-a3b7-0f6d5b7c8e21',
  'From: "Front Desk" <sip:2000@192.0.2.10>;tag=9d3d1f7e-2f0a-4a0c-8f6b-7f4f1f2b3c4d',
  'Call-ID: 4c1c8b0e-5c1c-4b66-9f43-1c9f7b0b2f9a',
  'Max-Forwards: 70',
  'User-Agent: PBX 22.0.0',
];

const INVITE = message([
  'INVITE sip:1001@192.0.2.20:5060 SIP/2.0',
  ...DIALOG,
  'To: <sip:1001@192.0.2.20>',
  'Contact: <sip:pbx@192.0.2.10:5060>',
  'CSeq: 12942 INVITE',
  'Allow: OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER',
  'Supported: 100rel, timer, replaces, norefersub, histinfo',
  'Session-Expires: 1800',
  'Min-SE: 90',
  'Content-Type: application/sdp',
  `Content-Length: ${SDP.length}`,
  '',
  SDP,
]);

const BYE = message([
  'BYE sip:1001@192.0.2.20:5060 SIP/2.0',
  ...DIALOG,
  'To: <sip:1001@192.0.2.20>;tag=ab12cd34ef',
  'CSeq: 12943 BYE',
  'Content-Length: 0',
  '',
  '',
]);

function message(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'));
}

function read(bytes: Buffer): SipMessage {
  const result = parseMessage(bytes, 'datagram');
  if (!result.ok) throw result.error;
  return result.message;
}

/** What one call of something costs. */
export type Cost = {
  readonly what: string;
  /** CPU time in microseconds, the best of several rounds. */
  readonly microseconds: number;
};

const ROUNDS = 4;
const CALLS = 20_000;

/** What reading and writing the messages of a call costs, in this process. */
export function parserCosts(): readonly Cost[] {
  const invite = read(INVITE);
  const bye = read(BYE);
  if (invite.kind !== 'request') throw new Error('The INVITE is no request.');
  const options = { toTag: 'ab12cd34ef', body: SDP, contentType: 'application/sdp' };
  const answer = SipResponse.to(invite, 200, options);
  const framer = new StreamFramer();
  return [
    cost('parse an INVITE with SDP', () => read(INVITE)),
    cost('parse a BYE', () => read(BYE)),
    cost('frame and parse an INVITE from a stream', () => readFramed(framer)),
    cost('make a 200 with SDP', () => SipResponse.to(invite, 200, options)),
    cost('write a 200 with SDP', () => serialise(answer)),
    cost('write an INVITE', () => serialise(invite)),
    cost('write a BYE', () => serialise(bye)),
  ];
}

function readFramed(framer: StreamFramer): void {
  for (const frame of framer.push(INVITE)) {
    if (frame.kind === 'message') parseMessage(frame.bytes, 'stream');
  }
}

function cost(what: string, call: () => unknown): Cost {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (let count = 0; count < CALLS; count += 1) call();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / CALLS);
  }
  return { what, microseconds: Math.round(best * 100) / 100 };
}
