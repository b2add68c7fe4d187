import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Where systems keep the authorities that their administrator trusts: Debian, Red Hat, SUSE, Alpine and BSD. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The authorities that the system trusts; those that came with Node where it has no list of its own. */
export function systemAuthorities(): readonly string[] {
  const chosen = process.env['SSL_CERT_FILE'];
  for (const path of chosen === undefined ? BUNDLES : [chosen]) {
    try {
      return [readFileSync(path, 'latin1')];
    } catch {
      // Not this system's way; the next one may be.
      continue;
    }
  }
  return rootCertificates;
}
