import { certificatesIn, SELF_SIGNED_ID, type Certificate } from './certificate.js';

/** A certificate with its chain and its key, as TLS takes them; both PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** The certificates of the configuration, by what they are for. A change of the configuration makes a new one. */
export class CertificateStore {
  readonly #pairs = new Map<string, CertificatePair>();
  /** Authorities whose certificates are trusted besides those of the system; each one PEM. */
  readonly authorities: readonly string[];

  constructor(certificates: readonly Certificate[]) {
    for (const { id, kind, certificate, privateKey } of certificates) {
      if (kind === 'clientServer') this.#pairs.set(id, { certificate, privateKey });
    }
    this.authorities = certificates
      .filter(({ kind }) => kind === 'authority')
      .flatMap(({ certificate }) => certificatesIn(certificate));
  }

  /** The device's certificate of this id; for the empty one that which it made for itself. */
  pair(id: string): CertificatePair | undefined {
    return this.#pairs.get(id === '' ? SELF_SIGNED_ID : id);
  }
}
