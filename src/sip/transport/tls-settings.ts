/** Versions of TLS that can be asked for; nothing older than 1.2 is ever spoken (RFC 8996). */
export type TlsVersion = 'automatic' | '1.2' | '1.3';

/** How connections over TLS are accepted. Texts are PEM. */
export interface TlsServerSettings {
  /** Our certificate, with those of the authorities between it and the root behind it. */
  readonly certificate: string;
  readonly privateKey: string;
  /** Authorities whose client certificates are trusted; no other is. Default: none. */
  readonly authorities?: readonly string[];
  /** Whether a caller must show a certificate. One that was only asked for leaves the caller a stranger if it is none of ours. Default none. */
  readonly clientCertificate?: 'none' | 'request' | 'require';
  /** The lowest version. Default `automatic`, which is 1.2. */
  readonly version?: TlsVersion;
}

/** How a connection over TLS is opened. Texts are PEM. */
export interface TlsClientSettings {
  /** The version that is spoken. Default `automatic`, which takes the best that both sides have. */
  readonly version?: TlsVersion;
  /** Whether the server must prove its domain (RFC 5922). Default true. */
  readonly verify?: boolean;
  /** Our own certificate with its chain. Default: none is shown. */
  readonly certificate?: string;
  readonly privateKey?: string;
  /** Authorities that are trusted beside those of the system. Default: none. */
  readonly authorities?: readonly string[];
}

/** What is done where nobody says otherwise. */
export const DEFAULT_TLS_CLIENT: TlsClientSettings = {};

/** What was agreed on with a peer. */
export interface TlsFacts {
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
  /** Whose certificate the peer showed: `CN=pbx.example.com`. Absent where it showed none that we trust. */
  readonly peerSubject?: string;
  /** The SIP domains and host names in that certificate (RFC 5922 section 7.1). */
  readonly peerNames?: readonly string[];
}
