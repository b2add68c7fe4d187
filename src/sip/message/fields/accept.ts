import { listField, type HeaderField } from '../header-field.js';
import { readMediaType, type MediaType } from './content-type.js';

/** The types of body that the answer may have (RFC 3261 section 20.1); a part may be `*`. Empty: none at all. */
export const acceptField: HeaderField<readonly MediaType[]> = listField('Accept', readMediaType, {
  mayBeEmpty: true,
});
