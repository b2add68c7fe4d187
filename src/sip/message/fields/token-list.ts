import { listField, type HeaderField } from '../header-field.js';
import type { Scanner } from '../scanner.js';

/** The methods that an agent takes (RFC 3261 section 20.5). */
export const allowField = tokenListField('Allow');

/** The extensions that must be understood (section 20.32). */
export const requireField = tokenListField('Require');

/** The extensions that an agent understands (section 20.37). */
export const supportedField = tokenListField('Supported');

/** The extensions that made a 420 (section 20.40). */
export const unsupportedField = tokenListField('Unsupported');

function tokenListField(name: string): HeaderField<readonly string[]> {
  return listField(name, readToken, { mayBeEmpty: true });
}

function readToken(scanner: Scanner): string {
  return scanner.token('a name');
}
