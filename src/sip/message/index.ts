export { ackOf } from './ack-of.js';
export { cancelOf } from './cancel-of.js';
export type { CSeq } from './fields/cseq.js';
export type { MediaType } from './fields/content-type.js';
export { Via } from './fields/via.js';
export { acceptField } from './fields/accept.js';
export { addressListField } from './fields/address.js';
export { eventField, type EventType } from './fields/event.js';
export { reasonField, type Reason } from './fields/reason.js';
export { rackField, rseqField, type ResponseAcknowledged } from './fields/reliable-provisional.js';
export {
  minSessionExpiresField,
  sessionExpiresField,
  type SessionExpires,
} from './fields/session-expires.js';
export { replacesField } from './fields/replaces.js';
export { retryAfterField, type RetryAfter } from './fields/retry-after.js';
export { allowField, requireField, supportedField, unsupportedField } from './fields/token-list.js';
export { expiresField, maxForwardsField, minExpiresField } from './fields/number.js';
export type { HeaderField } from './header-field.js';
export { HeaderList, type HeaderLine } from './header-list.js';
export { isKeepAlive } from './keep-alive.js';
export { formatMultipart, parseMultipart, type Part } from './multipart.js';
export { NameAddress, parseNameAddress, type NameAddressParts } from './name-address.js';
export { OpaqueUri } from './opaque-uri.js';
export { Parameters, type Parameter } from './parameters.js';
export { parseMessage, type Framing, type ParseFailure, type ParseResult } from './parse-message.js';
export { quote, unquote } from './quoted-string.js';
export { readLeniently } from './read-leniently.js';
export { reasonPhrase } from './reason-phrase.js';
export { sdpOf } from './session-description.js';
export { serialise } from './serialise.js';
export type { SipMessage } from './sip-message.js';
export { SipRequest, type NewRequest, type OwnVia, type SipRequestParts } from './sip-request.js';
export { SipResponse, type ResponseOptions, type SipResponseParts } from './sip-response.js';
export { sipUri, SipUri, type SipUriParts } from './sip-uri.js';
export { StreamFramer, type Frame, type FramerLimits } from './stream-framer.js';
export { formatUri, isSipUri, parseUri, type Uri } from './uri.js';
export { uriEquals } from './uri-equals.js';
