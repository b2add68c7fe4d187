import type { IncomingRequest, SessionReply } from '../../sip/index.js';
import type { SipRequest } from '../../sip/message/index.js';
import type { IncomingSignalingMessage, MessageContent, MessageReply } from '../signaling-message.js';
import { EndpointInvitation } from './endpoint-invitation.js';
import { refusalLines, type RefusalWords } from './refusal-lines.js';

/** A MESSAGE outside of calls, on our own stack. */
export class EndpointMessage implements IncomingSignalingMessage {
  readonly invitation: EndpointInvitation;
  readonly #request: IncomingRequest;

  constructor(request: IncomingRequest) {
    this.#request = request;
    this.invitation = new EndpointInvitation(request);
  }

  get key(): string {
    const { callId, cseq, fromTag = '' } = this.#request.request;
    return `${callId} ${cseq.sequence} ${fromTag}`;
  }

  get content(): MessageContent {
    return messageContentOf(this.#request.request);
  }

  authenticate(caller: {
    readonly realm: string;
    readonly password: string;
  }): 'known' | 'challenged' | 'wrong' {
    return this.#request.authenticate(caller);
  }

  reply(reply: MessageReply): void {
    const { status, ...content } = messageReply(reply);
    this.#request.respond(status, content);
  }

  refuse(status: number, words: RefusalWords): void {
    this.#request.respond(status, { headers: refusalLines(words) });
  }

  drop(): void {
    this.#request.drop();
  }
}

/** What a MESSAGE carries. */
export function messageContentOf(request: SipRequest): MessageContent {
  return {
    contentType: request.contentType,
    charset: request.contentTypeParameters.get('charset'),
    encoding: request.headers.first('Content-Encoding'),
    body: request.body,
  };
}

/** The answer to a MESSAGE as the stack sends it. */
export function messageReply({ status, accept, ...words }: MessageReply): SessionReply {
  const headers = refusalLines(words);
  if (accept !== undefined) headers.push(['Accept', accept], ['Accept-Encoding', 'identity']);
  return { status, headers };
}
