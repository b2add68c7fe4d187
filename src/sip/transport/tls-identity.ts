import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** The names that a certificate proves, as RFC 5922 section 7.1 reads them. */
export interface CertificateNames {
  /** Domains: of SIP URIs, else of DNS entries, else the common name. In lower case. */
  readonly domains: readonly string[];
  readonly addresses: readonly string[];
}

interface AltName {
  readonly type: string;
  readonly value: string;
}

/** The identities in a certificate. A DNS entry counts only without a SIP URI, the common name only without any entry. */
export function namesOf(certificate: X509Certificate): CertificateNames {
  const entries = readAltNames(certificate.subjectAltName ?? '');
  const addresses = entries.filter(({ type }) => type === 'IP Address').map(({ value }) => value);
  if (entries.length === 0) return { domains: commonNameOf(certificate), addresses };
  const uris = entries.map(sipDomainOf).filter((domain) => domain !== undefined);
  const hosts = entries.filter(({ type }) => type === 'DNS').map(({ value }) => value.toLowerCase());
  return { domains: uris.length > 0 ? uris : hosts, addresses };
}

/**
 * Why a certificate does not prove that its owner is `name`, a domain or an address, as the end of a sentence;
 * undefined where it does. A wildcard proves nothing (RFC 5922 section 7.2).
 */
export function mismatchOf(certificate: X509Certificate, name: string): string | undefined {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const names = namesOf(certificate);
  if (isIP(wanted) !== 0) {
    if (certificate.checkIP(wanted) !== undefined) return undefined;
  } else if (names.domains.includes(wanted)) {
    return undefined;
  }
  const all = [...names.domains, ...names.addresses];
  const whose = all.length === 0 ? 'names nobody' : `is for ${listOf(all)}`;
  const wildcard = names.domains.find((domain) => isCoveredBy(wanted, domain));
  const why = wildcard === undefined ? '' : `; a wildcard such as ${wildcard} does not count in SIP`;
  return `it ${whose}, not ${wanted}${why}`;
}

/** The host of a SIP URI without a user; other URIs prove no domain. */
function sipDomainOf({ type, value }: AltName): string | undefined {
  if (type !== 'URI' || !/^sip:/i.test(value) || value.includes('@')) return undefined;
  const end = value.slice(4).search(/[:;?]/);
  return (end < 0 ? value.slice(4) : value.slice(4, 4 + end)).toLowerCase();
}

function commonNameOf(certificate: X509Certificate): string[] {
  const lines = certificate.subject.split('\n').filter((line) => line.startsWith('CN='));
  return lines.slice(-1).map((line) => line.slice(3).toLowerCase());
}

function isCoveredBy(name: string, pattern: string): boolean {
  return pattern.startsWith('*.') && name.slice(name.indexOf('.')) === pattern.slice(1);
}

/** As many names as a person wants to read. */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/**
 * Cuts Node's text of the entries apart. A value that holds a comma or a quote is written as a JSON string, so
 * that nobody can smuggle an entry into another one's text.
 */
function readAltNames(text: string): AltName[] {
  const entries: AltName[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^([^:]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/.exec(rest);
    if (!match) return entries;
    const [whole, type = '', value = ''] = match;
    entries.push({ type, value: value.startsWith('"') ? String(JSON.parse(value)) : value });
    rest = rest.slice(whole.length);
  }
  return entries;
}
