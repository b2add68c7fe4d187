/** The methods that an endpoint takes by itself, as its Allow header names them (RFC 3261 section 20.5). */
export const OWN_METHODS: readonly string[] = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'INFO',
  'UPDATE',
  'PRACK',
];

/** Methods of other RFCs that are known and refused with 405 or a code of their own; any other gets 501. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'REGISTER',
  'MESSAGE',
  'NOTIFY',
  'SUBSCRIBE',
  'PUBLISH',
  'REFER',
]);

/**
 * The status for a method that the endpoint does not take outside a dialog: NOTIFY and what else needs a
 * dialog or subscription that does not exist 481, SUBSCRIBE 489 (RFC 6665 section 4.1.2.1), REFER 603,
 * another known one 405, an unknown one 501 (RFC 3261 section 21.5.2).
 */
export function refusalOf(method: string): number {
  switch (method) {
    case 'NOTIFY':
    case 'BYE':
    case 'INFO':
    case 'UPDATE':
    case 'PRACK':
      return 481;
    case 'SUBSCRIBE':
      return 489;
    case 'REFER':
      return 603;
    default:
      return KNOWN_METHODS.has(method) ? 405 : 501;
  }
}
