import { messageOf } from '../../base/errors.js';
import { VapixError } from './vapix-error.js';

/** What stands in the text. Throws 2101 where it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new VapixError(2101, text.trim() === '' ? 'the body is empty' : messageOf(error));
  }
}
