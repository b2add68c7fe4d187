export type { CallerSecret, CallerVerdict } from './caller-check.js';
export type { HeaderLines, MessageContent, ResponseContent } from './content.js';
export type { IncomingInvite } from './incoming-invite.js';
export type { IncomingRequest } from './incoming-request.js';
export type { IncomingSubscription, SubscriptionEnd } from './incoming-subscription.js';
export type {
  Address,
  OutgoingInviteOptions,
  OutgoingOptions,
  OutgoingRequestOptions,
} from './outgoing-options.js';
export type { RequestStep } from './request-step.js';
export type { OutgoingInvite } from './outgoing-invite.js';
export type { EndReason, OfferAnswer, Session, SessionEnd, SessionReply, SessionState } from './session.js';
export type { ReliableProvisionalMode } from './extensions.js';
export type { SessionTimerOptions, SipEndpointLimits, SipEndpointOptions } from './sip-endpoint-options.js';
