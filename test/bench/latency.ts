import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { SocketAddress } from '../../src/sip/index.js';

/** The calls of one load, in the order in which their INVITEs left. */
export interface SteadyCalls {
  /** When each INVITE left, milliseconds of the machine's clock. */
  readonly sentAt: readonly number[];
  readonly answered: number;
}

/** The extensions that are called in turn, so that each call changes what shows. Other loads leave 1001 active. */
const EXTENSIONS = ['1002', '1001'];

/** Who calls in a call of the load. */
export function callerOf(index: number): string {
  return `sip:bench-${index}@127.0.0.1`;
}

/** How often the caller looks whether the next INVITE is due; below the timer resolution of 1 ms it would spin. */
const TICK_MS = 1;
/** How long the last answers are waited for. */
const LAST_ANSWERS_MS = 1_000;

/**
 * Calls at a steady rate, alternating between two extensions, hangs up at once, and writes down when each INVITE
 * left. A caller of our own because sipp does not tell times to the microsecond.
 */
export async function callSteadily(options: {
  readonly to: SocketAddress;
  readonly rate: number;
  readonly calls: number;
  /** The address it calls from. Default: 127.0.0.1. */
  readonly from?: string;
}): Promise<SteadyCalls> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  const { from = '127.0.0.1' } = options;
  socket.bind(0, from);
  await once(socket, 'listening');
  const caller = new SteadyCaller({ address: from, port: socket.address().port }, options.to);
  const answered = new Set<string>();
  socket.on('message', (bytes) => {
    const text = bytes.toString('latin1');
    if (!text.startsWith('SIP/2.0 200') || !text.includes('INVITE\r\n')) return;
    // A 200 comes again where its ACK was late.
    answered.add(headerOf(text, 'Call-ID'));
    for (const request of caller.acknowledgeAndHangUp(text))
      socket.send(request, options.to.port, options.to.address);
  });
  const sentAt: number[] = [];
  const start = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(options.calls, ((performance.now() - start) / 1_000) * options.rate);
      while (sentAt.length < due) {
        const request = caller.invite(sentAt.length);
        sentAt.push(Number(process.hrtime.bigint()) / 1e6);
        socket.send(request, options.to.port, options.to.address);
      }
      if (sentAt.length >= options.calls) {
        clearInterval(timer);
        resolve();
      }
    }, TICK_MS);
  });
  await new Promise((resolve) => setTimeout(resolve, LAST_ANSWERS_MS));
  socket.close();
  return { sentAt, answered: answered.size };
}

class SteadyCaller {
  readonly #from: string;
  readonly #to: string;

  constructor(from: SocketAddress, to: SocketAddress) {
    this.#from = `${from.address}:${from.port}`;
    this.#to = `${to.address}:${to.port}`;
  }

  invite(index: number): string {
    const extension = EXTENSIONS[index % EXTENSIONS.length] ?? '';
    const body =
      'v=0\r\no=b 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n' +
      'm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n';
    return (
      `INVITE sip:${extension}@${this.#to} SIP/2.0\r\n` +
      `Via: SIP/2.0/UDP ${this.#from};branch=z9hG4bKi${index}\r\n` +
      `From: <${callerOf(index)}>;tag=t${index}\r\nTo: <sip:${extension}@${this.#to}>\r\n` +
      `Call-ID: bench-${this.#from}-${index}\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n` +
      `Contact: <sip:bench@${this.#from}>\r\nContent-Type: application/sdp\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`
    );
  }

  /** ACK and BYE for a 200, made of the headers that the 200 repeats. */
  acknowledgeAndHangUp(response: string): string[] {
    const line = (name: string) => headerOf(response, name);
    const target = /<([^>]+)>/.exec(line('Contact'))?.[1] ?? '';
    const branch = /branch=([^;\r]+)/.exec(line('Via'))?.[1] ?? '';
    return (['ACK', 'BYE'] as const).map(
      (method) =>
        `${method} ${target} SIP/2.0\r\nVia: SIP/2.0/UDP ${this.#from};branch=${branch}${method}\r\n` +
        `From: ${line('From')}\r\nTo: ${line('To')}\r\nCall-ID: ${line('Call-ID')}\r\n` +
        `CSeq: ${method === 'ACK' ? 1 : 2} ${method}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
    );
  }
}

function headerOf(message: string, name: string): string {
  return new RegExp(`^${name}: (.*)\\r$`, 'm').exec(message)?.[1] ?? '';
}

/** The value below which a share of the numbers lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
