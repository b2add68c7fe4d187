import { VISIBLE } from '../characters.js';
import { singleField, type HeaderField } from '../header-field.js';

/** The name of a call or of a series of registrations: compared octet by octet (RFC 3261 section 20.8). */
export const callIdField: HeaderField<string> = singleField('Call-ID', (scanner) =>
  scanner.run(VISIBLE, 'the identifier'),
);
