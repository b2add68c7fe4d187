import type { SipResponse } from '../../src/sip/message/index.js';
import type { UdpPeer } from './udp-peer.js';

let requests = 0;

export interface WireRequestOptions {
  readonly method: string;
  /** The user in the request-URI and in To. */
  readonly extension: string;
  /** Header lines beside those that every request has. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  /** The user in From. Default: peer. */
  readonly from?: string;
  /** Default: one of its own. */
  readonly callId?: string;
  /** Default: one of its own. */
  readonly branch?: string;
  /** Default 1. */
  readonly sequence?: number;
  /** The tag in To, for a request within a dialog. Default: none. */
  readonly toTag?: string;
  /** Default: that of the extension at 127.0.0.1. */
  readonly uri?: string;
}

/** A request that a peer writes by hand. */
export class WireRequest {
  readonly callId: string;
  readonly bytes: Buffer;
  readonly #peer: UdpPeer;
  readonly #options: WireRequestOptions;

  constructor(peer: UdpPeer, options: WireRequestOptions) {
    requests += 1;
    this.#peer = peer;
    this.#options = options;
    this.callId = options.callId ?? `request-${requests}-${process.pid}`;
    const { method, extension, headers = [], from = 'peer', sequence = 1, toTag } = options;
    const uri = options.uri ?? `sip:${extension}@127.0.0.1`;
    const body = Buffer.from(options.body ?? '');
    const head = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};rport;branch=${options.branch ?? `z9hG4bK-request-${requests}`}`,
      'Max-Forwards: 70',
      `From: <sip:${from}@127.0.0.1>;tag=from-${this.callId}`,
      `To: <sip:${extension}@127.0.0.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:${from}@127.0.0.1:${peer.port}>`,
      ...headers,
      `Content-Length: ${body.length}`,
      '',
      '',
    ].join('\r\n');
    this.bytes = Buffer.concat([Buffer.from(head), body]);
  }

  send(): Promise<void> {
    return this.#peer.send(this.bytes);
  }

  /** Sends it and waits for its final response. */
  async ask(): Promise<SipResponse> {
    await this.send();
    const { method, sequence = 1 } = this.#options;
    return this.#peer.received.first(
      `a final response to ${method} ${this.callId} ${sequence}`,
      (message): message is SipResponse =>
        message.kind === 'response' &&
        message.callId === this.callId &&
        message.cseq.method === method &&
        message.cseq.sequence === sequence &&
        message.status >= 200,
    );
  }

  /** The same with credentials that answer its challenge, or with anything else that differs. */
  again(changes: Partial<WireRequestOptions>): WireRequest {
    return new WireRequest(this.#peer, {
      ...this.#options,
      callId: this.callId,
      sequence: (this.#options.sequence ?? 1) + 1,
      ...changes,
    });
  }
}
