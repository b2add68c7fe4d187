import { hostname, networkInterfaces } from 'node:os';
import type { ConfigStore } from '../config/config-store.js';
import { SELF_SIGNED_ID } from '../security/certificate.js';
import { createSelfSigned } from '../security/create-self-signed.js';
import type { DeviceDocument } from './services.js';

/** Longest common name of a certificate (RFC 5280 appendix A.1). */
const LONGEST_NAME = 64;

/** Makes the certificate that a device shows until somebody gives it another; only where there is none yet. */
export async function ensureOwnCertificate(
  config: ConfigStore<DeviceDocument>,
  wallTime: number,
): Promise<void> {
  if (config.get('certificates').some(({ id }) => id === SELF_SIGNED_ID)) return;
  const pair = await createSelfSigned({
    commonName: hostname().slice(0, LONGEST_NAME) || 'sipsiren',
    names: ['localhost', ...ownAddresses()],
    validFrom: wallTime,
  });
  await config.update('certificates', (certificates) => [
    { id: SELF_SIGNED_ID, name: 'Self-signed', kind: 'clientServer', ...pair },
    ...certificates,
  ]);
}

/** The addresses of this machine, without those that only have a meaning together with an interface. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.toLowerCase().startsWith('fe80'));
}
