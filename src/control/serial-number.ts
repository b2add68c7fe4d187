import { X509Certificate } from 'node:crypto';
import { SELF_SIGNED_ID, type Certificate } from '../security/certificate.js';

/** As long as the serial numbers of the manual's device, which are hardware addresses. */
const DIGITS = 12;
/** Where there is no certificate to take it from. */
const NONE = '000000000000';

/**
 * What tells this device from all others: twelve hexadecimal digits from the certificate that it made for itself, so
 * that they stay the same for each data folder.
 */
export function serialNumberOf(certificates: readonly Certificate[]): string {
  const own = certificates.find(({ id }) => id === SELF_SIGNED_ID);
  if (!own) return NONE;
  return new X509Certificate(own.certificate).fingerprint256.replaceAll(':', '').slice(0, DIGITS);
}
