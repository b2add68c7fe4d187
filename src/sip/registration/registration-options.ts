import type { Clock } from '../../base/clock.js';
import type { Duration } from '../../base/duration.js';
import type { CredentialSource } from '../auth/credential-source.js';
import type { Uri } from '../message/index.js';
import type { TransportProtocol } from '../transport/flow.js';
import type { TlsClientSettings } from '../transport/tls-settings.js';
import type { RegistrationPace } from './registration-pace.js';
import type { RequestSender } from './request-sender.js';

/** What a registration is made of. Only the first five are required. */
export interface RegistrationOptions {
  readonly sender: RequestSender;
  readonly clock: Clock;
  /** Shared by all registrations of an endpoint, so that they do not all come at once. Default: no pace. */
  readonly pace?: RegistrationPace | undefined;
  /** Who is registered: the To and From of the REGISTER, for instance `sip:1001@pbx.example.com`; `sips:` asks for a SIPS Contact. */
  readonly addressOfRecord: Uri;
  /** The domain that the REGISTER is for, without user: `sip:pbx.example.com`. */
  readonly registrar: Uri;
  /** Shown beside the address in From. Default none. */
  readonly displayName?: string | undefined;
  /** Proxies to pass, first one first. Default none. */
  readonly proxies?: readonly Uri[] | undefined;
  /** Default: by RFC 3263. */
  readonly protocol?: TransportProtocol | undefined;
  /** Whether a host's IPv6 addresses are tried before its IPv4 ones. Default false. */
  readonly preferIpv6?: boolean | undefined;
  /** What TLS is done with. Default: the transport's own. */
  readonly tls?: TlsClientSettings | undefined;
  /** Default: none, a challenge is a refusal. */
  readonly credentials?: CredentialSource | undefined;
  /** The user part of the Contact. Default: that of the address of record. */
  readonly contactUser?: string | undefined;
  /** URI parameters of the Contact. Default none. */
  readonly contactParameters?: Readonly<Record<string, string>> | undefined;
  /** How long to be registered at a time; whole seconds, at least 1. Default one hour. */
  readonly interval?: Duration | undefined;
  /**
   * How many attempts in a row may stay without an answer until no more are made; `refreshNow` starts anew.
   * 0 goes on for ever. Default 0.
   */
  readonly attempts?: number | undefined;
  /** Who we are among the devices of the address, and by which of our flows (RFC 5626). Default: neither is said. */
  readonly outbound?: OutboundIdentity | undefined;
  /** How often the flow to the server is asked for; a server that says Flow-Timer may want it oftener. Default: never. */
  readonly keepAlive?: Duration | undefined;
  /** From 0 to below 1; spreads refreshes and retries. Default Math.random. */
  readonly random?: (() => number) | undefined;
}

/** What tells the bindings of one device from those of others, whatever address they have (RFC 5626 section 4.1). */
export interface OutboundIdentity {
  /** The same whenever this device registers: `urn:uuid:…`. */
  readonly instance: string;
  /** Which of the device's flows it is, from 1. */
  readonly flow: number;
}
