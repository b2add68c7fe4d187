import type { Duration } from '../../base/duration.js';
import type { CredentialSource } from '../auth/credential-source.js';
import type { Uri } from '../message/index.js';
import type { TransportProtocol } from '../transport/flow.js';
import type { TlsClientSettings } from '../transport/tls-settings.js';
import type { MessageContent } from './content.js';
import type { RequestStep } from './request-step.js';

/** A URI with what may stand around it in From and To. */
export type Address = { readonly uri: string | Uri; readonly displayName?: string };

/** What a request outside every dialog needs, whatever its method. */
export type OutgoingOptions = MessageContent & {
  /** Who is meant: the To header, and the request-URI unless `requestUri` says otherwise. */
  readonly to: string | Uri | Address;
  /** Who asks: the From header, without tag. */
  readonly from: string | Uri | Address;
  /** The request-URI. Default: the URI of `to`. */
  readonly requestUri?: string | Uri;
  /** Proxies to pass, first one first: the route set (RFC 3261 section 8.1.2). Default: none. */
  readonly proxies?: readonly (string | Uri)[];
  /** Answers challenges, of the servers it names only. Default: challenges are final. */
  readonly credentials?: CredentialSource;
  /** The protocol to use where the URIs name none. Default: by RFC 3263. */
  readonly protocol?: TransportProtocol;
  /** Whether a host's IPv6 addresses are tried before its IPv4 ones. Default false. */
  readonly preferIpv6?: boolean;
  /** What TLS is done with, where it is. Default: any version, verified by the system's authorities. */
  readonly tls?: TlsClientSettings;
  /** The Contact's user part. Default: that of `from`. */
  readonly contactUser?: string;
  /** URI parameters of the Contact: `{ line: 'office' }`. Default: none. */
  readonly contactParameters?: Readonly<Record<string, string>>;
};

/** A request such as OPTIONS or MESSAGE. */
export type OutgoingRequestOptions = OutgoingOptions & { readonly method: string };

/** A call. `body` is the SDP offer; without it the callee is asked for one (see `Session.onOffer`). */
export type OutgoingInviteOptions = OutgoingOptions & {
  /** Told of every step of the INVITE until its final response. Default: nobody. */
  readonly onStep?: (step: RequestStep) => void;
  /**
   * How many addresses of 301, 302 and 300 responses are tried, one after the other by their q; 0 makes every
   * 3xx final. Default 5.
   */
  readonly followRedirects?: number;
  /** How long it may ring until it is taken back and ends with `by: 'timeout'`. Default 180 s. */
  readonly timeout?: Duration;
};
