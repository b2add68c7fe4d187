import { singleField, type HeaderField } from '../header-field.js';
import { Parameters } from '../parameters.js';
import type { Scanner } from '../scanner.js';

const SLASH = 0x2f;

/** The kind of a body (RFC 3261 section 20.15). */
export type MediaType = {
  /** `type/subtype` in lower case. */
  readonly type: string;
  readonly parameters: Parameters;
};

/** The kind of a message's body. */
export const contentTypeField: HeaderField<MediaType> = singleField('Content-Type', readMediaType);

/** `m-type SLASH m-subtype *(SEMI m-parameter)`. */
export function readMediaType(scanner: Scanner): MediaType {
  const type = scanner.token('the type').toLowerCase();
  scanner.expect(SLASH);
  const subtype = scanner.token('the subtype').toLowerCase();
  return { type: `${type}/${subtype}`, parameters: Parameters.read(scanner) };
}
