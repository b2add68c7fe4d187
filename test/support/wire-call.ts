import type { SipResponse } from '../../src/sip/message/index.js';
import type { UdpPeer } from './udp-peer.js';

let calls = 0;

export interface WireCallOptions {
  /** Where RTP should go. Default: the discard port. */
  readonly rtpPort?: number;
  /** Headers of the INVITE: `Alert-Info: Auto Answer`. Default: none. */
  readonly headers?: readonly string[];
  /** Whether the INVITE has no description, so that the ACK must bring the answer. Default: false. */
  readonly lateOffer?: boolean;
  /** The user in From. Default: peer. */
  readonly from?: string;
}

/** A call that a peer places by hand, request by request, so that nothing happens on its own. */
export class WireCall {
  readonly callId = `call-${++calls}-${process.pid}`;
  readonly #peer: UdpPeer;
  readonly #uri: string;
  readonly #rtpPort: number;
  readonly #headers: readonly string[];
  readonly #lateOffer: boolean;
  readonly #from: string;
  #sequence = 0;
  #to: string;

  constructor(peer: UdpPeer, extension: string, options: WireCallOptions = {}) {
    this.#peer = peer;
    this.#uri = `sip:${extension}@127.0.0.1`;
    this.#to = `<${this.#uri}>`;
    this.#rtpPort = options.rtpPort ?? 9;
    this.#headers = options.headers ?? [];
    this.#lateOffer = options.lateOffer ?? false;
    this.#from = options.from ?? 'peer';
  }

  /** Calls and is answered: INVITE, 200, ACK. */
  static async establish(peer: UdpPeer, extension: string, options?: WireCallOptions): Promise<WireCall> {
    const call = new WireCall(peer, extension, options);
    await call.invite();
    const answer = await call.final('INVITE');
    if (answer.status !== 200) throw new Error(`the call was refused: ${answer.status} ${answer.reason}`);
    await call.ack();
    return call;
  }

  invite(): Promise<void> {
    if (this.#lateOffer) return this.#send('INVITE', ++this.#sequence);
    return this.#send('INVITE', ++this.#sequence, 'application/sdp', this.#offer());
  }

  /** A further INVITE of the call, in which audio flows in this direction only. */
  reinvite(direction: 'sendrecv' | 'sendonly' | 'inactive'): Promise<void> {
    return this.#send('INVITE', ++this.#sequence, 'application/sdp', this.#offer(`a=${direction}`));
  }

  /** The same INVITE once more, as a caller sends it who has heard nothing. */
  inviteAgain(): Promise<void> {
    return this.#send('INVITE', this.#sequence, 'application/sdp', this.#offer());
  }

  /** The final response to the newest request, past or to come. */
  async final(method: string): Promise<SipResponse> {
    const sequence = this.#sequence;
    const response = await this.#peer.received.first(
      `the final response to ${method} of ${this.callId}`,
      (message): message is SipResponse =>
        message.kind === 'response' &&
        message.callId === this.callId &&
        message.status >= 200 &&
        message.cseq.sequence === sequence &&
        message.cseq.method === method,
    );
    if (method === 'INVITE') this.#to = response.headers.first('To') ?? this.#to;
    return response;
  }

  /** With a late offer the ACK brings the answer. */
  ack(answer?: string): Promise<void> {
    return answer === undefined
      ? this.#send('ACK', this.#sequence)
      : this.#send('ACK', this.#sequence, 'application/sdp', answer);
  }

  /** Presses a key by INFO; resolves with the answer. */
  async info(digit: string): Promise<SipResponse> {
    await this.#send(
      'INFO',
      ++this.#sequence,
      'application/dtmf-relay',
      `Signal=${digit}\r\nDuration=160\r\n`,
    );
    return this.final('INFO');
  }

  /** Sends a text within the call; resolves with the answer. */
  async message(text: string): Promise<SipResponse> {
    await this.#send('MESSAGE', ++this.#sequence, 'text/plain', text);
    return this.final('MESSAGE');
  }

  async bye(): Promise<SipResponse> {
    await this.#send('BYE', ++this.#sequence);
    return this.final('BYE');
  }

  #send(method: string, sequence: number, contentType?: string, body = ''): Promise<void> {
    const { host, port } = this.#peer;
    return this.#peer.send(
      [
        `${method} ${this.#uri} SIP/2.0`,
        `Via: SIP/2.0/UDP ${host}:${port};branch=z9hG4bK-${this.callId}-${sequence}-${method}`,
        'Max-Forwards: 70',
        `From: <sip:${this.#from}@127.0.0.1:${port}>;tag=peer`,
        `To: ${this.#to}`,
        `Call-ID: ${this.callId}`,
        `CSeq: ${sequence} ${method}`,
        `Contact: <sip:peer@${host}:${port}>`,
        ...(method === 'INVITE' ? this.#headers : []),
        ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  #offer(...attributes: string[]): string {
    return [
      'v=0',
      'o=peer 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#rtpPort} RTP/AVP 0 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      ...attributes,
      '',
    ].join('\r\n');
  }
}
