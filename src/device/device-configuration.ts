import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { SipSettings } from '../calls/sip-settings.js';
import { ConfigStore } from '../config/config-store.js';
import { DEVICE_SECTIONS } from '../control/device-sections.js';
import { DOCUMENT_CHECKS } from '../control/document-checks.js';
import { ensureOwnCertificate } from '../control/own-certificate.js';
import type { DeviceDocument } from '../control/services.js';
import { DEMO_RULES } from '../rules/demo-rules.js';
import { DEMO_PROFILES } from '../siren/demo-profiles.js';

export interface ConfigurationOptions {
  /** The data folder; made where it does not exist. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives a new data folder a usable set of profiles and rules, and takes calls at once. Default false. */
  readonly demo?: boolean;
  /** SIP settings that replace the stored ones. Default: none. */
  readonly sip?: Partial<Pick<SipSettings, 'port' | 'tlsPort' | 'addresses' | 'rtpStartPort'>>;
}

/** The configuration of a device, with a certificate of its own. Throws as `ConfigStore.open` and `update` do. */
export async function openConfiguration({
  folder,
  clock,
  log,
  demo,
  sip,
}: ConfigurationOptions): Promise<ConfigStore<DeviceDocument>> {
  const config = await ConfigStore.open({
    folder,
    sections: DEVICE_SECTIONS,
    checks: DOCUMENT_CHECKS,
    clock,
    log,
    ...(demo ? { initial: demoDocument() } : {}),
  });
  if (sip && Object.keys(sip).length > 0) await config.update('sip', (current) => ({ ...current, ...sip }));
  await ensureOwnCertificate(config, clock.wallTime()).catch((error: unknown) => {
    log.room('device').error(`no certificate could be made, so SIP over TLS is off: ${messageOf(error)}`);
  });
  return config;
}

/** What `--demo` gives a new data folder. */
function demoDocument(): Partial<DeviceDocument> {
  const sip = DEVICE_SECTIONS.find((section) => section.name === 'sip')?.defaults;
  return {
    profiles: [...DEMO_PROFILES],
    rules: [...DEMO_RULES],
    ...(sip ? { sip: { ...sip, enabled: true, allowIncomingCalls: true } } : {}),
  };
}
