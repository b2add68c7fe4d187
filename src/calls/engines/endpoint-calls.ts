import { sdpOf, type SipRequest } from '../../sip/message/index.js';
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

/** INFO may carry keys (RFC 2976); whatever else stands in a dialog gets the endpoint's own answer. */
function replyTo(request: SipRequest, user: SignalingCallUser | undefined): SessionReply | undefined {
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

/** An incoming call on our own stack. */
export class EndpointIncomingCall implements IncomingSignalingCall {
  readonly invitation: CallInvitation;
  readonly #invite: IncomingInvite;
  user: SignalingCallUser | undefined;

  constructor(invite: IncomingInvite) {
    this.#invite = invite;
    this.invitation = new EndpointInvitation(invite);
    connect(invite, () => this.user);
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
    const headers: [string, string][] = [];
    if (options.warning !== undefined) {
      headers.push(['Warning', `399 sipsiren "${options.warning.replaceAll(/["\\]/g, '')}"`]);
    }
    if (options.retryAfterSeconds !== undefined)
      headers.push(['Retry-After', String(options.retryAfterSeconds)]);
    this.#invite.reject(status, { headers });
  }

  end(reason?: string): void {
    endSession(this.#invite, reason);
  }
}

/** A call of ours on our own stack. */
export class EndpointOutgoingCall implements SignalingCall {
  readonly #invite: OutgoingInvite;

  constructor(invite: OutgoingInvite, user: SignalingCallUser) {
    this.#invite = invite;
    connect(invite, () => user);
    invite.onProgress = (response) => user.onProgress(response.status, response.reason, sdpOf(response));
    invite.onAccept = () => user.onEstablished();
  }

  end(reason?: string): void {
    endSession(this.#invite, reason);
  }
}
