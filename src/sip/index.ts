export type { CredentialSource } from './auth/credential-source.js';
export {
  formatUri,
  HeaderList,
  isSipUri,
  NameAddress,
  OpaqueUri,
  parseUri,
  SipRequest,
  SipResponse,
  SipUri,
  sipUri,
  uriEquals,
  type SipMessage,
  type Uri,
} from './message/index.js';
export { SipEndpoint, type SipEndpointCounts } from './sip-endpoint.js';
export type { TimerSettings } from './transaction/transaction.js';
export type { Flow, SocketAddress, Target, TransportProtocol } from './transport/flow.js';
export type { ListeningPoint, SipTransport } from './transport/transport.js';
export * from './user-agent/index.js';
