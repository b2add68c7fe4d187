import { Via, viaField } from './fields/via.js';
import type { HeaderLine, HeaderList } from './header-list.js';
import { MessageBase, type BodyLike } from './message-base.js';
import type { NameAddress } from './name-address.js';
import { Parameters } from './parameters.js';
import type { Uri } from './uri.js';

/** What a request is made of. */
export type SipRequestParts = {
  readonly method: string;
  readonly uri: Uri;
  /** Taken as it is where it is a HeaderList. Default none. */
  readonly headers?: HeaderList | Iterable<HeaderLine>;
  /** Default none. */
  readonly body?: BodyLike | undefined;
};

/** The parts of a request that every request has (RFC 3261 section 8.1.1), without its Via. */
export type NewRequest = {
  readonly method: string;
  readonly uri: Uri;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  /** The sequence number of CSeq. */
  readonly sequence: number;
  /** Default 70. */
  readonly maxForwards?: number;
  /** Further headers. Default none. */
  readonly headers?: Iterable<HeaderLine>;
  /** Default none. */
  readonly body?: BodyLike | undefined;
  /** Default none. */
  readonly contentType?: string | undefined;
};

/** The top Via of a request that we send. */
export type OwnVia = {
  /** As in `TransportProtocol`, in either case. */
  readonly transport: string;
  readonly host: string;
  /** Default none. */
  readonly port?: number | undefined;
  /** Default the one that the top Via has already. */
  readonly branch?: string | undefined;
  /** Whether the response shall come to the port that the request left from (RFC 3581). Default false. */
  readonly rport?: boolean;
};

/** A request (RFC 3261 section 7.1). */
export class SipRequest extends MessageBase {
  readonly kind = 'request';
  readonly method: string;
  readonly uri: Uri;

  constructor(parts: SipRequestParts) {
    super(parts.headers, parts.body);
    this.method = parts.method;
    this.uri = parts.uri;
  }

  /** A request with the headers that each must have (section 8.1.1) but for the Via, which the transaction puts. */
  static create(parts: NewRequest): SipRequest {
    const request = new SipRequest({
      method: parts.method,
      uri: parts.uri,
      headers: [
        ['Max-Forwards', String(parts.maxForwards ?? 70)],
        ['From', parts.from.toString()],
        ['To', parts.to.toString()],
        ['Call-ID', parts.callId],
        ['CSeq', `${parts.sequence} ${parts.method}`],
      ],
      body: parts.body,
    });
    if (parts.headers !== undefined) {
      for (const [name, value] of parts.headers) request.headers.append(name, value);
    }
    if (parts.contentType !== undefined) request.headers.set('Content-Type', parts.contentType);
    return request;
  }

  /** Writes our own top Via: in the place of the one that is there, or a first one where there is none. */
  setTopVia(own: OwnVia): void {
    const branch = own.branch ?? this.vias[0]?.branch;
    const flat: (string | undefined)[] = [];
    if (branch !== undefined) flat.push('branch', branch);
    if (own.rport === true) flat.push('rport', undefined);
    const parameters = Parameters.fromFlat(flat);
    this.#replaceTopVia(
      new Via('SIP', '2.0', own.transport.toLowerCase(), own.host.toLowerCase(), own.port, parameters),
    );
  }

  /**
   * Notes where the request really came from in its top Via (sections 18.2.1 and RFC 3581 section 4):
   * `received` when `rport` is asked for or sent-by says something else, and never what the peer claims.
   */
  markReceived(address: string, port: number): void {
    const via = this.topVia;
    if (!via.wantsRport && via.host === address && !via.parameters.has('received')) return;
    this.#replaceTopVia(via.withReceived(address, port));
  }

  /** The further values of the line that the top Via stands on are kept. What was written need not be read again. */
  #replaceTopVia(via: Via): void {
    const [, ...others] = this.vias;
    const line = this.headers.first('Via');
    const rest = line?.includes(',') === true ? viaField.parse([line]).slice(1) : [];
    this.headers.setFirst('Via', rest.length === 0 ? via.toString() : [via, ...rest].join(', '));
    this.headers.remember(viaField, [via, ...others]);
  }
}
