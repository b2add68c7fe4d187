/** A NAPTR record (RFC 3403), as far as SIP reads it. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  /** `SIP+D2U`, `SIPS+D2T`… */
  readonly service: string;
  readonly replacement: string;
}

/** An SRV record (RFC 2782). */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The host; empty or `.` where the service is decidedly not offered. */
  readonly name: string;
}

/** An A or AAAA record. */
export interface AddressRecord {
  readonly address: string;
  /** Seconds for which it may be kept. */
  readonly ttl: number;
}

/**
 * Where the resolver asks. Each method gives an empty list where the name or the record does not exist, and
 * throws where nobody could be asked.
 */
export interface DnsPort {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  a(name: string): Promise<readonly AddressRecord[]>;
  aaaa(name: string): Promise<readonly AddressRecord[]>;
}
