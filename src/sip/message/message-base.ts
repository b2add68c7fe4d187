import { fromField, toField, contactField, recordRouteField, routeField } from './fields/address.js';
import { callIdField } from './fields/call-id.js';
import { contentTypeField } from './fields/content-type.js';
import { cseqField, type CSeq } from './fields/cseq.js';
import { viaField, type Via } from './fields/via.js';
import type { HeaderField } from './header-field.js';
import { HeaderList, type HeaderLine } from './header-list.js';
import type { NameAddress } from './name-address.js';
import { Parameters } from './parameters.js';
import { syntaxError } from './syntax-error.js';

/** A body as callers may give it; text is sent as UTF-8. */
export type BodyLike = Uint8Array | string;

const NO_BODY = Buffer.alloc(0);
const NOTHING: readonly never[] = [];

/**
 * What requests and responses have in common. The getters read a header when it is first asked for and keep
 * the value. For a message that came through `parseMessage` none of them throws: they were all read at the
 * door. For one built by hand a malformed header throws SIP_SYNTAX with the header's name as its path.
 */
export abstract class MessageBase {
  readonly headers: HeaderList;
  /** Empty when there is none. */
  readonly body: Buffer;

  protected constructor(headers: HeaderList | Iterable<HeaderLine> | undefined, body: BodyLike | undefined) {
    this.headers = headers instanceof HeaderList ? headers : new HeaderList(headers);
    this.body = bufferOf(body);
  }

  /** The newest hop. */
  get topVia(): Via {
    const [top] = this.vias;
    if (top === undefined) throw syntaxError('Via', 'the header is missing');
    return top;
  }

  /** Every hop, the newest first. */
  get vias(): readonly Via[] {
    return this.headers.read(viaField) ?? NOTHING;
  }

  get from(): NameAddress {
    return this.#required(fromField);
  }

  get to(): NameAddress {
    return this.#required(toField);
  }

  get fromTag(): string | undefined {
    return this.from.tag;
  }

  get toTag(): string | undefined {
    return this.to.tag;
  }

  get callId(): string {
    return this.#required(callIdField);
  }

  get cseq(): CSeq {
    return this.#required(cseqField);
  }

  /** Empty also for `*`, see `hasStarContact`. */
  get contacts(): readonly NameAddress[] {
    return this.headers.read(contactField)?.addresses ?? NOTHING;
  }

  /** Whether Contact is `*`: all bindings of a registration (section 10.2.2). */
  get hasStarContact(): boolean {
    return this.headers.read(contactField)?.star ?? false;
  }

  get routes(): readonly NameAddress[] {
    return this.headers.read(routeField) ?? NOTHING;
  }

  get recordRoutes(): readonly NameAddress[] {
    return this.headers.read(recordRouteField) ?? NOTHING;
  }

  /** `type/subtype` in lower case. */
  get contentType(): string | undefined {
    return this.headers.read(contentTypeField)?.type;
  }

  get contentTypeParameters(): Parameters {
    return this.headers.read(contentTypeField)?.parameters ?? Parameters.none;
  }

  #required<Value>(field: HeaderField<Value>): Value {
    const value = this.headers.read(field);
    if (value === undefined) throw syntaxError(field.name, 'the header is missing');
    return value;
  }
}

function bufferOf(body: BodyLike | undefined): Buffer {
  if (body === undefined) return NO_BODY;
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
