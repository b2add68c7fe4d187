import { milliseconds, type Duration } from '../../../src/base/duration.js';
import { SipEndpoint, type SipEndpointOptions } from '../../../src/sip/index.js';
import { serialise, SipResponse, type SipMessage, type SipRequest } from '../../../src/sip/message/index.js';
import type { Flow } from '../../../src/sip/transport/flow.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryNetwork, type MemoryTransport } from '../../support/memory-network.js';

/** A peer without any stack: sends what a test writes and notes down what comes. */
export class WirePeer {
  readonly received: SipMessage[] = [];
  readonly #transport: MemoryTransport;
  readonly #flows = new Map<SipMessage, Flow>();
  readonly #remote: { readonly protocol: 'udp'; readonly address: string; readonly port: number };

  constructor(network: MemoryNetwork, address: string, remote: string) {
    this.#transport = network.transport(address, 5060);
    this.#remote = { protocol: 'udp', address: remote, port: 5060 };
  }

  async start(): Promise<void> {
    await this.#transport.start({
      onMessage: (message, flow) => {
        this.received.push(message);
        this.#flows.set(message, flow);
      },
    });
  }

  /** Sends text as it is, with a Content-Length that fits. */
  send(...text: string[]): void {
    const blank = text.indexOf('');
    const head = blank < 0 ? text : text.slice(0, blank);
    const body = blank < 0 ? '' : text.slice(blank + 1).join('\r\n');
    const message = [...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
    this.#transport.deliver(Buffer.from(message), this.#remote, () => undefined);
  }

  /** Answers a request that came. */
  reply(request: SipRequest, status: number, headers: readonly [string, string][] = [], body = ''): void {
    const response = SipResponse.to(request, status, {
      toTag: 'wire',
      headers: [...headers, ...(body === '' ? [] : ([['Content-Type', 'application/sdp']] as const))],
      body,
      copyRecordRoute: true,
    });
    this.#transport.sendResponse(response, this.#flows.get(request) as never, () => undefined);
  }

  /** Another tag than that of `reply`: the answer of another branch of a fork. */
  replyAs(
    tag: string,
    request: SipRequest,
    status: number,
    headers: readonly [string, string][] = [],
    body = '',
  ): void {
    const response = SipResponse.to(request, status, { toTag: tag, headers, body });
    this.#transport.sendResponse(response, this.#flows.get(request) as never, () => undefined);
  }

  /** Answers a request with a Via of the test's own, as a server behind a router would write it. */
  replyRaw(
    request: SipRequest,
    status: number,
    { via, headers = [] }: { readonly via: string; readonly headers?: readonly [string, string][] },
  ): void {
    const response = SipResponse.to(request, status, { toTag: 'wire', headers });
    response.headers.set('Via', via);
    this.#transport.deliver(serialise(response), this.#remote, () => undefined);
  }

  /** The requests of a method that came, in order. */
  requests(method: string): SipRequest[] {
    return this.received.filter(
      (message) => message.kind === 'request' && message.method === method,
    ) as SipRequest[];
  }

  /** The responses that came, in order. */
  get responses(): SipResponse[] {
    return this.received.filter((message) => message.kind === 'response');
  }

  get statuses(): number[] {
    return this.responses.map(({ status }) => status);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** One endpoint of ours at 10.0.0.2 and a wire peer at 10.0.0.1 on a network of their own. */
export class WireScene {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork({ clock: this.clock });
  readonly peer = new WirePeer(this.network, '10.0.0.1', '10.0.0.2');
  readonly endpoint: SipEndpoint;

  constructor(options: Partial<SipEndpointOptions> = {}) {
    const transport = this.network.transport('10.0.0.2', 5060);
    this.endpoint = new SipEndpoint({ clock: this.clock, transport, ...options });
  }

  static async create(options: Partial<SipEndpointOptions> = {}): Promise<WireScene> {
    const scene = new WireScene(options);
    await Promise.all([scene.peer.start(), scene.endpoint.start()]);
    return scene;
  }

  /** Lets messages travel. */
  pass(duration: Duration = milliseconds(10)): void {
    this.clock.advance(duration);
  }

  /** A request by the wire peer to us, as text lines. */
  request(method: string, details: RequestDetails = {}): void {
    const { tag, sequence = 1, extra = [], body, uri = 'sip:1001@10.0.0.2', callId = 'call-1' } = details;
    const branch = details.branch ?? `z9hG4bK-${method}-${sequence}-${callId}`;
    this.peer.send(
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 10.0.0.1:5060;branch=${branch}`,
      'Max-Forwards: 70',
      `From: <sip:wire@10.0.0.1>;tag=${details.fromTag ?? 'wire'}`,
      `To: <sip:1001@10.0.0.2>${tag === undefined ? '' : `;tag=${tag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${sequence} ${method}`,
      ...(details.contact === null ? [] : [`Contact: ${details.contact ?? '<sip:wire@10.0.0.1>'}`]),
      ...extra,
      ...(body === undefined ? [] : ['Content-Type: application/sdp', '', body]),
    );
    this.pass();
  }

  async close(): Promise<void> {
    const closed = this.endpoint.close();
    this.clock.advance(milliseconds(5_000));
    await closed;
    await this.peer.close();
  }
}

export type RequestDetails = {
  /** The To tag, for a request within a dialog. */
  readonly tag?: string | undefined;
  readonly fromTag?: string;
  readonly sequence?: number;
  readonly extra?: readonly string[];
  readonly body?: string;
  readonly uri?: string;
  readonly callId?: string;
  readonly branch?: string;
  /** Null: none. */
  readonly contact?: string | null;
};
