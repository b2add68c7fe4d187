import { listField, type HeaderField } from '../header-field.js';
import { Parameters } from '../parameters.js';
import { endOfDigits } from '../host.js';

/** Why a request was sent (RFC 3326). */
export type Reason = {
  /** `SIP`, `Q.850` or another, as written. */
  readonly protocol: string;
  /** A status code of SIP, a cause of Q.850. */
  readonly cause: number | undefined;
  /** What it says to a person. */
  readonly text: string | undefined;
};

/** Every reason of a request; each of another protocol. */
export const reasonField: HeaderField<readonly Reason[]> = listField('Reason', (scanner) => {
  const protocol = scanner.token('the protocol');
  const parameters = Parameters.read(scanner);
  return { protocol, cause: causeOf(parameters.get('cause')), text: parameters.get('text') };
});

function causeOf(raw: string | undefined): number | undefined {
  const isNumber =
    raw !== undefined && raw.length > 0 && raw.length < 6 && endOfDigits(raw, 0) === raw.length;
  return isNumber ? Number(raw) : undefined;
}
