import { PASSWORD, URI_PARAMETER, USER } from './characters.js';
import { escapeTo, unescape } from './escapes.js';
import { formatHost } from './host.js';
import { Parameters } from './parameters.js';

/** The parts of a SIP URI. */
export type SipUriParts = {
  /** Default `sip`. */
  readonly scheme?: 'sip' | 'sips' | undefined;
  /** The user part; characters that may not stand there are escaped, escapes are kept. Default none. */
  readonly user?: string | undefined;
  /** Default none. */
  readonly password?: string | undefined;
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  /** 1 to 65535. Default none, which leaves it to RFC 3263. */
  readonly port?: number | undefined;
  /** The `transport` parameter. Default none. */
  readonly transport?: string | undefined;
  /** Default none. */
  readonly parameters?: Parameters | undefined;
  /** What stands behind the `?`. Default none. */
  readonly headers?: Parameters | undefined;
};

/** A `sip:` or `sips:` URI (RFC 3261 section 19.1). An immutable value. */
export class SipUri {
  readonly kind = 'sip';
  readonly scheme: 'sip' | 'sips';
  /** As it is written, with its escapes. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** In lower case; IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;
  /** What stands behind the `?`, values with their escapes. */
  readonly headers: Parameters;

  /** All parts as they shall stand; `sipUri` escapes and fills in. */
  constructor(
    scheme: 'sip' | 'sips',
    user: string | undefined,
    password: string | undefined,
    host: string,
    port: number | undefined,
    parameters: Parameters,
    headers: Parameters,
  ) {
    this.scheme = scheme;
    this.user = user;
    this.password = password;
    this.host = host;
    this.port = port;
    this.parameters = parameters;
    this.headers = headers;
  }

  /** The user part as a person would write it. */
  get decodedUser(): string | undefined {
    return this.user === undefined ? undefined : unescape(this.user);
  }

  /** The `transport` parameter in lower case. */
  get transport(): string | undefined {
    return this.parameters.get('transport')?.toLowerCase();
  }

  toString(): string {
    let text = `${this.scheme}:`;
    if (this.user !== undefined) {
      text += this.user;
      if (this.password !== undefined) text += `:${this.password}`;
      text += '@';
    }
    text += formatHost(this.host);
    if (this.port !== undefined) text += `:${this.port}`;
    if (this.parameters.size > 0) text += this.parameters.format();
    if (this.headers.size > 0) text += `?${this.headers.format('&').slice(1)}`;
    return text;
  }
}

/** Builds a SIP URI from its parts. */
export function sipUri(parts: SipUriParts): SipUri {
  const given = escapeParameters(parts.parameters);
  return new SipUri(
    parts.scheme ?? 'sip',
    parts.user === undefined ? undefined : escapeTo(parts.user, USER),
    parts.password === undefined ? undefined : escapeTo(parts.password, PASSWORD),
    parts.host.toLowerCase(),
    parts.port,
    parts.transport === undefined ? given : given.with('transport', parts.transport),
    escapeParameters(parts.headers),
  );
}

function escapeParameters(parameters: Parameters = Parameters.none): Parameters {
  if (parameters.size === 0) return parameters;
  return Parameters.of(
    Array.from(parameters.rawEntries(), ([name, raw]) => [
      escapeTo(name, URI_PARAMETER),
      raw === undefined ? undefined : escapeTo(raw, URI_PARAMETER),
    ]),
  );
}
