import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { AccessGuard } from '../calls/access-list-guard.js';
import type { Announcements } from '../calls/announcements.js';
import { Calls } from '../calls/calls.js';
import type { DtmfSequences } from '../calls/dtmf-sequences.js';
import { createEndpointSignaling } from '../calls/engines/endpoint-signaling.js';
import type { SipSettings } from '../calls/sip-settings.js';
import type { SourceGuard } from '../calls/source-guard/source-guard.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import type { EventBus } from '../events/event-bus.js';
import { MediaEngine } from '../media/media-engine.js';
import { CertificateStore } from '../security/certificate-store.js';
import type { Siren } from '../siren/siren.js';
import type { Sounds } from '../sounds/sounds.js';
import { alarmLamps } from './alarm-lamps.js';

/** What calls are connected with. */
interface CallsParts {
  readonly bus: EventBus;
  readonly config: ConfigStore<DeviceDocument>;
  readonly access: AccessGuard;
  readonly guard: SourceGuard;
  readonly dtmf: DtmfSequences;
  readonly siren: Siren;
  readonly announcements: Announcements;
  readonly sounds: Sounds;
}

/** The calls of the device: with its accounts and certificates, its own SIP stack, and everything that it can play. */
export function createCalls({
  clock,
  log,
  parts,
}: {
  readonly clock: Clock;
  readonly log: Log;
  readonly parts: CallsParts;
}): Calls {
  const { bus, config, access, guard, dtmf, announcements, sounds } = parts;
  const certificates = new CertificateStore(config.get('certificates'));
  // Registrars know the device by it again after a restart (RFC 5626); it is made once for each data folder.
  const instanceSeed = certificates.pair('')?.certificate;
  return new Calls({
    ...{ clock, log, bus, access, guard, dtmf, certificates },
    settings: config.get('sip'),
    accounts: config.get('accounts'),
    lamps: alarmLamps(parts),
    plays: {
      announcements,
      findSound: (name) => sounds.load(name),
      speak: (text) => sounds.speech.speak(text),
    },
    createSignaling: (settings) =>
      createEndpointSignaling({ settings, clock, log, gate: guard, ...(instanceSeed && { instanceSeed }) }),
    createMedia: (settings) =>
      new MediaEngine({
        clock,
        log,
        address: mediaAddress(settings),
        firstPort: settings.rtpStartPort,
        maxSessions: settings.maxConcurrentCalls,
      }),
  });
}

/** Media bind to the one address that SIP is limited to, else to all of them. */
function mediaAddress({ addresses }: SipSettings): string {
  const [only, ...others] = addresses;
  if (only !== undefined && others.length === 0) return only;
  return addresses.some((address) => address.includes(':')) || addresses.length === 0 ? '::' : '0.0.0.0';
}
