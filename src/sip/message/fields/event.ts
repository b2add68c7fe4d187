import { singleField, type HeaderField } from '../header-field.js';
import { Parameters } from '../parameters.js';

/** Of which kind a subscription is, and which one among several (RFC 6665 section 8.2.1). */
export type EventType = {
  /** The event package: `dialog`. */
  readonly name: string;
  readonly id: string | undefined;
};

export const eventField: HeaderField<EventType> = singleField('Event', (scanner) => {
  const name = scanner.token('the event package');
  return { name, id: Parameters.read(scanner).get('id') };
});
