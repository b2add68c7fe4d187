import { SipsirenError } from '../../base/errors.js';
import { sdpOf, type SipRequest, type SipResponse } from '../../sip/message/index.js';
import type { IncomingInvite, OutgoingInvite, Session, SessionEnd, SessionReply } from '../../sip/index.js';
import type {
  CallEnd,
  CallInvitation,
  IncomingSignalingCall,
  OfferAnswer,
  SignalingCall,
  SignalingCallUser,
} from '../signaling.js';
import { EndpointInvitation } from './endpoint-invitation.js';
import { refusalLines } from './refusal-lines.js';
import { messageContentOf, messageReply } from './endpoint-message.js';
import { readInfoDtmf } from './info-dtmf.js';

/** Ends a call and says why in a Reason header (RFC 3326). */
function endSession(session: Session, reason: string | undefined): void {
  session.end(reason === undefined ? undefined : { reason: { protocol: 'SIP', cause: 200, text: reason } });
}

/** Connects what a session reports with the user of the call. */
function connect(session: Session, userOf: () => SignalingCallUser | undefined): void {
  session.onEnd = (end) => userOf()?.onEnd(callEndOf(end));
  session.onAnswer = (sdp) => userOf()?.onAnswer(sdp);
  session.onOffer = (sdp) => {
    const answer: OfferAnswer = userOf()?.onOffer(sdp) ?? { refused: 500, reason: 'the call is not ready' };
    return 'sdp' in answer
      ? { status: 200, body: answer.sdp }
      : { status: answer.refused, reason: answer.reason };
  };
  session.onRequest = (request) => replyTo(request, userOf());
}

/** INFO may carry keys (RFC 2976), MESSAGE text; whatever else stands in a dialog gets the endpoint's own answer. */
function replyTo(request: SipRequest, user: SignalingCallUser | undefined): SessionReply | undefined {
  if (request.method === 'MESSAGE') return user && messageReply(user.onMessage(messageContentOf(request)));
  if (request.method !== 'INFO') return undefined;
  const key = readInfoDtmf(request);
  if (key === undefined) return undefined;
  user?.onDtmf(key.digit, key.milliseconds);
  return { status: 200 };
}

function callEndOf(end: SessionEnd): CallEnd {
  return {
    by: end.by,
    ...(end.status === undefined ? {} : { status: end.status }),
    ...(end.reason === undefined ? {} : { reason: end.reason }),
  };
}

/** What both directions can do once the call is there. */
abstract class EndpointCall implements SignalingCall {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  end(reason?: string): void {
    endSession(this.#session, reason);
  }

  async renegotiate(sdp: string): Promise<void> {
    // The answer has reached the user through `onAnswer` by then.
    refuseFailure(await this.#session.reinvite(sdp), 'another session description');
  }

  async sendInfoKey(digit: string, milliseconds: number): Promise<void> {
    const body = `Signal=${digit}\r\nDuration=${Math.round(milliseconds)}\r\n`;
    refuseFailure(await this.#session.info(body, 'application/dtmf-relay'), 'a key by INFO');
  }

  isAlive(): Promise<boolean> {
    return this.#session.isAlive();
  }
}

function refuseFailure({ status, reason }: SipResponse, what: string): void {
  if (status < 300) return;
  throw new SipsirenError('NOT_SUPPORTED', `The other side refused ${what}: ${status} ${reason}.`);
}

/** An incoming call on our own stack. */
export class EndpointIncomingCall extends EndpointCall implements IncomingSignalingCall {
  readonly invitation: CallInvitation;
  readonly #invite: IncomingInvite;
  user: SignalingCallUser | undefined;

  constructor(invite: IncomingInvite) {
    super(invite);
    this.#invite = invite;
    this.invitation = new EndpointInvitation(invite);
    connect(invite, () => this.user);
    invite.onConfirm = () => this.user?.onAcknowledged?.();
  }

  get offer(): string | undefined {
    return this.#invite.offer;
  }

  progress(status: number, sdp?: string): void {
    this.#invite.progress(status, sdp === undefined ? {} : { body: sdp });
  }

  accept(sdp: string): void {
    this.#invite.accept({ body: sdp });
  }

  reject(
    status: number,
    options: { readonly warning?: string; readonly retryAfterSeconds?: number } = {},
  ): void {
    this.#invite.reject(status, { headers: refusalLines(options) });
  }

  drop(): void {
    this.#invite.drop();
  }

  authenticate(caller: {
    readonly realm: string;
    readonly password: string;
  }): 'known' | 'challenged' | 'wrong' {
    return this.#invite.authenticate(caller);
  }
}

/** A call of ours on our own stack. */
export class EndpointOutgoingCall extends EndpointCall {
  constructor(invite: OutgoingInvite, user: SignalingCallUser) {
    super(invite);
    connect(invite, () => user);
    invite.onProgress = (response) => user.onProgress(response.status, response.reason, sdpOf(response));
    invite.onAccept = () => user.onEstablished();
  }
}
