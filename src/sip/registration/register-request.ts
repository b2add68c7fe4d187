import {
  formatUri,
  NameAddress,
  Parameters,
  SipRequest,
  type HeaderLine,
  type Uri,
} from '../message/index.js';
import type { RegistrationOptions } from './registration-options.js';

/** What one REGISTER has that another has not. */
export interface RegisterParts {
  readonly uri: Uri;
  readonly callId: string;
  readonly fromTag: string;
  readonly sequence: number;
  /** For how long, in seconds; 0 takes the binding back. */
  readonly seconds: number;
  /** Whether the binding is to belong to this flow (RFC 5626). */
  readonly isOutbound: boolean;
}

/** A REGISTER (RFC 3261 section 10.2) without its Contact, whose host depends on where it goes. */
export function registerRequest(options: RegistrationOptions, parts: RegisterParts): SipRequest {
  const { addressOfRecord, displayName, proxies = [] } = options;
  const tag = Parameters.of([['tag', parts.fromTag]]);
  const headers: HeaderLine[] = proxies.map((proxy) => ['Route', `<${formatUri(proxy)}>`]);
  headers.push(['Supported', parts.isOutbound ? 'path, outbound' : 'path']);
  headers.push(['Expires', String(parts.seconds)]);
  return SipRequest.create({
    method: 'REGISTER',
    uri: parts.uri,
    from: new NameAddress({ uri: addressOfRecord, displayName, parameters: tag }),
    to: new NameAddress({ uri: addressOfRecord }),
    callId: parts.callId,
    sequence: parts.sequence,
    headers,
  });
}
