import type { SipSettings } from '../calls/sip-settings.js';
import { DEVICE_SECTIONS } from './device-sections.js';
import { ensureOwnCertificate } from './own-certificate.js';
import type { DeviceDocument, Services } from './services.js';

/** Where the device is reached on the network, which a restore leaves as it is. */
const NETWORK = ['port', 'tlsPort', 'addresses', 'rtpStartPort'] as const satisfies (keyof SipSettings)[];

interface ResetWish {
  /** Whether the device stays reachable where it was. */
  readonly keepsNetwork: boolean;
  /** Who and why, for a person. */
  readonly cause: string;
}

/** The configuration as a new device has it. */
export function defaultDocument(current: DeviceDocument, keepsNetwork: boolean): DeviceDocument {
  const defaults = Object.fromEntries(
    DEVICE_SECTIONS.map((section) => [section.name, section.defaults]),
  ) as unknown as DeviceDocument;
  if (!keepsNetwork) return defaults;
  const kept = Object.fromEntries(NETWORK.map((field) => [field, current.sip[field]]));
  return { ...defaults, sip: { ...defaults.sip, ...kept } };
}

/**
 * Makes the device as new while it runs: calls are ended with a BYE, alarms stop, settings, certificates and files go,
 * and maintenance mode begins. Throws STORAGE_FAILED, and then goes on with the old settings.
 */
export async function resetToDefault(services: Services, { keepsNetwork, cause }: ResetWish): Promise<void> {
  const { calls, siren, alarms, config, announcements, sounds, system } = services;
  await config.change((current) => defaultDocument(current, keepsNetwork));
  for (const { callId } of calls.list()) calls.end(callId);
  siren.startOwn('maintenance', { cause });
  siren.stopPreview({ cause });
  siren.stopOwn('identify', { cause });
  siren.stopAll({ cause });
  alarms.forgetHistory();
  for (const { name } of sounds.own.list()) await sounds.own.remove(name);
  for (const { name } of await announcements.list()) await announcements.remove(name);
  await ensureOwnCertificate(config, system.now());
}
