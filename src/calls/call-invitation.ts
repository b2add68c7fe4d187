/** What a peer said of a call before it was answered; everything admission decides on. */
export interface CallInvitation {
  /** The request-URI. */
  readonly requestUri: string;
  /** Its user part, unescaped; empty where it has none. */
  readonly requestUser: string;
  /** The `line` parameter of the request-URI: the account whose contact a registrar was given. */
  readonly line: string | undefined;
  /** The SIP URI in From. */
  readonly fromUri: string;
  /** The SIP URI in To. */
  readonly toUri: string;
  readonly displayName: string | undefined;
  /** The numeric address the packet came from, never what a header claims. */
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly transport: string;
  /** The URIs that a header names, in order; none where it is absent or malformed. */
  addresses(header: string): readonly string[];
  /** The same with the names that stand before the URIs. */
  nameAddresses(header: string): readonly NamedUri[];
  /** The values of a header as they came, one for each line; none where it is absent. */
  header(name: string): readonly string[];
}

/** A URI, and what the one behind it is called. */
export interface NamedUri {
  readonly uri: string;
  readonly displayName?: string;
}
