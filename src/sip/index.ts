export * from './auth/index.js';
export * from './message/index.js';
export * from './registration/index.js';
export {
  SipEndpoint,
  type SipEndpointChanges,
  type SipEndpointCounts,
  type SipRegistrationOptions,
} from './sip-endpoint.js';
export * from './subscription/index.js';
export type { TimerSettings } from './transaction/transaction.js';
export type { Flow, SocketAddress, Target, TransportProtocol } from './transport/flow.js';
export type { FlowKeeping, KeptFlow } from './transport/keep-flow.js';
export type { Entry, ProvenDeed, SourceGate } from './transport/source-gate.js';
export type { TlsClientSettings, TlsFacts, TlsServerSettings, TlsVersion } from './transport/tls-settings.js';
export type { ListeningPoint, SipTransport } from './transport/transport.js';
export * from './user-agent/index.js';
