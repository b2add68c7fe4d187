// Calls with audio in both directions, from one process with one socket: sets up calls by SIP, sends 50 packets a
// second into each, and counts what comes back. `node rtp-load.js PORT EXTENSION CALLS` tells its figures by IPC.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { readRtcp } from '../../src/media/rtcp-packet.js';
import { RtpHeader, writeRtpHeader } from '../../src/media/rtp-header.js';
import type { RtpLoad } from './rtp.js';

const FRAME = 20;
const PAYLOAD = 160;
/** Calls that are set up at a time, so that no subject is judged by how many calls a second it takes. */
const AT_A_TIME = 10;
/** An INVITE that is not answered is sent again each second, so often in all. */
const ATTEMPTS = 10;
/** Milliseconds before anything is counted, and while it is. */
const SETTLING = 2_000;
const COUNTED = 8_000;
/** A packet that comes so much later than the fastest of its call would not be heard any more, milliseconds. */
const LATE = 40;

/** One call's way back. */
interface Stream {
  readonly index: number;
  readonly toTag: string;
  first: number;
  received: number;
  fastest: number;
  arrivals: { readonly sequence: number; readonly at: number }[];
  lostThere: number;
}

const [subjectPort = 0, , calls = 0] = process.argv.slice(2).map(Number);
const extension = process.argv[3] ?? '';
const signaling = await bind(0);
const { rtp, rtcp } = await bindPair();
const answers = new Map<string, (response: string) => void>();
const streams = new Map<number, Stream>();
const header = new RtpHeader();
let isCounting = false;

signaling.on('message', (message) => {
  const text = message.toString();
  const callId = /^Call-ID: *(\S+)/im.exec(text)?.[1] ?? '';
  if (text.startsWith('SIP/2.0 200')) answers.get(callId)?.(text);
});
rtp.on('message', (packet, from) => hear(packet, from));
rtcp.on('message', (packet, from) => {
  const stream = streams.get(from.port - 1);
  const report = readRtcp(packet)?.reports[0];
  if (stream !== undefined && report !== undefined) stream.lostThere = Math.max(0, report.cumulativeLost);
});

for (let index = 0; index < calls; index += AT_A_TIME) {
  const batch = Array.from({ length: Math.min(AT_A_TIME, calls - index) }, (_, at) => invite(index + at));
  await Promise.all(batch);
}
const stop = pace();
await delay(SETTLING);
isCounting = true;
const cpuBefore = process.cpuUsage();
await delay(COUNTED);
isCounting = false;
const { user, system } = process.cpuUsage(cpuBefore);
const figures = count((user + system) / 1_000 / COUNTED);
stop();
for (const { index, toTag } of streams.values()) send(index, { method: 'BYE', toTag });
await delay(500);
process.send?.(figures, () => process.exit(0));

async function bind(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function bindPair(): Promise<{ rtp: Socket; rtcp: Socket }> {
  for (;;) {
    const even = await bind(0);
    const { port } = even.address();
    if (port % 2 === 0) {
      try {
        return { rtp: even, rtcp: await bind(port + 1) };
      } catch {
        // The next port is taken; another pair is tried.
      }
    }
    even.close();
  }
}

async function invite(index: number): Promise<void> {
  const offer = [
    ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
    ...[`m=audio ${rtp.address().port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', 'a=ptime:20', ''],
  ].join('\r\n');
  const callId = `rtp-${process.pid}-${index}`;
  const answered = new Promise<string>((resolve) => answers.set(callId, resolve));
  let answer: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS && answer === undefined; attempt++) {
    send(index, { method: 'INVITE', body: offer });
    answer = await Promise.race([answered, delay(1_000, undefined)]);
  }
  if (answer === undefined) throw new Error(`call ${index} was not answered`);
  const toTag = /^To:.*;tag=([^;\s]+)/im.exec(answer)?.[1] ?? '';
  const port = Number(/^m=audio (\d+)/m.exec(answer)?.[1]);
  send(index, { method: 'ACK', toTag });
  const nothing = { first: 0, received: 0, fastest: Infinity, lostThere: 0 };
  streams.set(port, { index, toTag, ...nothing, arrivals: [] });
}

function send(
  index: number,
  request: { readonly method: string; readonly toTag?: string; readonly body?: string },
): void {
  const { method, toTag, body = '' } = request;
  const to = `<sip:${extension}@127.0.0.1:${subjectPort}>${toTag === undefined ? '' : `;tag=${toTag}`}`;
  const lines = [
    `${method} sip:${extension}@127.0.0.1:${subjectPort} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${signaling.address().port};branch=z9hG4bK${process.pid}.${index}.${method}`,
    `From: <sip:load${index}@127.0.0.1>;tag=${index}`,
    `To: ${to}`,
    `Call-ID: rtp-${process.pid}-${index}`,
    `CSeq: ${method === 'BYE' ? 2 : 1} ${method}`,
    `Contact: <sip:load@127.0.0.1:${signaling.address().port}>`,
    'Max-Forwards: 70',
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
  ];
  signaling.send(`${lines.join('\r\n')}\r\n\r\n${body}`, subjectPort, '127.0.0.1');
}

/** Sends to every call each 20 ms, spread over the frame so that no burst is the sender's own. */
function pace(): () => void {
  const ports = [...streams.keys()];
  const packet = Buffer.alloc(12 + PAYLOAD, 0xff);
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / FRAME) * ports.length;
    for (; sent < due; sent++) {
      const at = sent % ports.length;
      const sequence = Math.floor(sent / ports.length);
      const fields = { marker: false, payloadType: 0, timestamp: sequence * PAYLOAD, ssrc: at + 1 };
      writeRtpHeader(packet, { ...fields, sequence: sequence & 0xffff });
      rtp.send(Buffer.from(packet), ports[at] ?? 0, '127.0.0.1');
    }
  }, 1);
  return () => clearInterval(timer);
}

function hear(packet: Buffer, from: RemoteInfo): void {
  const stream = streams.get(from.port);
  if (!isCounting || stream === undefined || !header.read(packet)) return;
  const at = performance.now();
  if (stream.received === 0) stream.first = header.sequence;
  const sequence = (header.sequence - stream.first) & 0xffff;
  stream.received++;
  stream.fastest = Math.min(stream.fastest, at - sequence * FRAME);
  stream.arrivals.push({ sequence, at });
}

/** What came late, and what did not come though its time was over. */
function count(load: number): RtpLoad {
  const expected = (COUNTED / FRAME) * streams.size;
  let [received, late, lostThere] = [0, 0, 0];
  for (const stream of streams.values()) {
    received += stream.received;
    lostThere += stream.lostThere;
    late += stream.arrivals.filter(
      ({ sequence, at }) => at - sequence * FRAME - stream.fastest > LATE,
    ).length;
  }
  return { calls: streams.size, expected, missing: Math.max(0, expected - received), late, lostThere, load };
}
