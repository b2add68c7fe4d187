import { VISIBLE } from '../characters.js';
import { singleField, type HeaderField } from '../header-field.js';
import { Parameters } from '../parameters.js';

/** The dialog that an INVITE would take the place of (RFC 3891 section 6.1); the tags as its recipient sees them. */
export type Replaces = {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
};

export const replacesField: HeaderField<Replaces> = singleField('Replaces', (scanner) => {
  const text = scanner.run(VISIBLE, 'a Call-ID');
  // A semicolon is visible too, and ends the Call-ID here.
  const end = text.indexOf(';');
  const callId = end < 0 ? text : text.slice(0, end);
  scanner.position -= text.length - callId.length;
  const parameters = Parameters.read(scanner);
  const toTag = parameters.get('to-tag');
  const fromTag = parameters.get('from-tag');
  if (callId === '' || toTag === undefined || fromTag === undefined) {
    return scanner.fail('the Call-ID or a tag is missing');
  }
  return { callId, toTag, fromTag };
});
