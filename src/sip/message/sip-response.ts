import { HeaderList, type HeaderLine } from './header-list.js';
import { refuseLineBreak } from './line-break.js';
import { MessageBase, type BodyLike } from './message-base.js';
import { reasonPhrase } from './reason-phrase.js';
import type { SipRequest } from './sip-request.js';

/** What a response is made of. */
export type SipResponseParts = {
  /** 100 to 699. */
  readonly status: number;
  /** Default the phrase of the RFC. */
  readonly reason?: string | undefined;
  /** Taken as it is where it is a HeaderList. Default none. */
  readonly headers?: HeaderList | Iterable<HeaderLine>;
  /** Default none. */
  readonly body?: BodyLike | undefined;
};

/** What a response adds to the headers that it takes from its request. */
export type ResponseOptions = {
  /** Default the phrase of the RFC. */
  readonly reason?: string | undefined;
  /** Put on To unless the request has one there. Default none. */
  readonly toTag?: string | undefined;
  /** Further headers. Default none. */
  readonly headers?: Iterable<HeaderLine> | undefined;
  /** Default none. */
  readonly body?: BodyLike | undefined;
  /** Default none. */
  readonly contentType?: string | undefined;
  /** Whether Record-Route is copied, for responses that make a dialog (section 12.1.1). Default false. */
  readonly copyRecordRoute?: boolean;
};

/** A response (RFC 3261 section 7.2). */
export class SipResponse extends MessageBase {
  readonly kind = 'response';
  readonly status: number;
  readonly reason: string;

  /** Errors: INVALID_VALUE for a reason with a line break in it. */
  constructor(parts: SipResponseParts) {
    super(parts.headers, parts.body);
    if (parts.reason !== undefined) refuseLineBreak('reason', parts.reason);
    this.status = parts.status;
    this.reason = parts.reason ?? reasonPhrase(parts.status);
  }

  /**
   * The response to a request (section 8.2.6): every Via in order, From, To, Call-ID and CSeq as they were
   * written; a 100 also takes the Timestamp.
   */
  static to(request: SipRequest, status: number, options: ResponseOptions = {}): SipResponse {
    const headers = new HeaderList();
    headers.copyFrom(request.headers, 'Via');
    if (options.copyRecordRoute === true) headers.copyFrom(request.headers, 'Record-Route');
    headers.copyFrom(request.headers, 'From');
    copyTo(headers, request, options.toTag);
    headers.copyFrom(request.headers, 'Call-ID');
    headers.copyFrom(request.headers, 'CSeq');
    if (status === 100) headers.copyFrom(request.headers, 'Timestamp');
    if (options.headers !== undefined) {
      for (const [name, value] of options.headers) headers.append(name, value);
    }
    if (options.contentType !== undefined) headers.set('Content-Type', options.contentType);
    return new SipResponse({ status, reason: options.reason, headers, body: options.body });
  }
}

function copyTo(headers: HeaderList, request: SipRequest, tag: string | undefined): void {
  const to = request.headers.first('To') ?? '';
  // A tag behind a bare URI is a header parameter too (section 20.10), so text can simply be added.
  headers.appendReceived('To', tag === undefined || request.toTag !== undefined ? to : `${to};tag=${tag}`);
}
