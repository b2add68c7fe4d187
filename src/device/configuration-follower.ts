import type { Unsubscribe } from '../base/emitter.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { AccessGuard } from '../calls/access-list-guard.js';
import type { Calls } from '../calls/calls.js';
import type { DtmfSequences } from '../calls/dtmf-sequences.js';
import type { SourceGuard } from '../calls/source-guard/source-guard.js';
import type { ConfigChange, ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import type { EventBus } from '../events/event-bus.js';
import type { HomeAssistant } from '../mqtt/home-assistant/home-assistant.js';
import type { Mqtt } from '../mqtt/mqtt.js';
import type { FlashLimit } from '../outputs/flash-limiter.js';
import type { OutputRunner } from '../outputs/output-runner.js';
import type { Recipients } from '../recipients/recipients.js';
import type { Rules } from '../rules/rules.js';
import { CertificateStore } from '../security/certificate-store.js';
import type { HealthCheck } from '../siren/health-check.js';
import type { Siren } from '../siren/siren.js';
import type { Sounds } from '../sounds/sounds.js';
import type { InputRooms } from './input-rooms.js';
import { SOUND_SECTIONS, soundsToKeep } from './sounds-to-keep.js';

/** The sections that calls are made of. */
const SIP_SECTIONS = ['sip', 'accounts', 'certificates'] as const;

/** The sections that the MQTT client is made of. */
const MQTT_SECTIONS = ['mqtt', 'certificates'] as const;

/** The rooms that have settings. */
interface Rooms {
  readonly config: ConfigStore<DeviceDocument>;
  readonly bus: EventBus;
  readonly siren: Pick<Siren, 'setProfiles'>;
  readonly sounds: Pick<Sounds, 'keep'>;
  readonly health: Pick<HealthCheck, 'apply'>;
  readonly rules: Pick<Rules, 'setRules'>;
  readonly inputs: Pick<InputRooms, 'follow'>;
  readonly access: Pick<AccessGuard, 'apply'>;
  readonly guard: Pick<SourceGuard, 'apply'>;
  readonly dtmf: Pick<DtmfSequences, 'apply'>;
  readonly calls: Pick<Calls, 'applyCertificates' | 'applyAccounts' | 'applySettings'>;
  readonly mqtt: Pick<Mqtt, 'apply'>;
  readonly homeAssistant: Pick<HomeAssistant, 'apply'>;
  readonly recipients: Pick<Recipients, 'apply'>;
  readonly outputs: Pick<OutputRunner, 'apply'>;
}

/** Takes every change of the configuration over while the device runs. */
export class ConfigurationFollower {
  readonly #rooms: Rooms;
  readonly #flashLimit: FlashLimit;
  readonly #log: Log;
  readonly #unsubscribe: Unsubscribe;
  /** Changes of SIP are taken over one after the other. */
  #following: Promise<void> = Promise.resolve();

  constructor(rooms: Rooms, { flashLimit, log }: { readonly flashLimit: FlashLimit; readonly log: Log }) {
    this.#rooms = rooms;
    this.#flashLimit = flashLimit;
    this.#log = log;
    this.#unsubscribe = rooms.config.onAnyChange((change) => this.#follow(change));
  }

  /** Resolves when what came before is taken over. Idempotent. */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#following;
  }

  #follow({ sections, next }: ConfigChange<DeviceDocument>): void {
    const rooms = this.#rooms;
    const concerns = (names: readonly (keyof DeviceDocument)[]) =>
      names.some((name) => sections.includes(name));
    if (sections.includes('light')) this.#flashLimit.perSecond = next.light.maxFlashesPerSecond;
    if (sections.includes('profiles')) rooms.siren.setProfiles(next.profiles);
    if (concerns(SOUND_SECTIONS)) rooms.sounds.keep(soundsToKeep(next));
    if (sections.includes('outputs')) rooms.outputs.apply(next.outputs);
    if (sections.includes('healthCheck')) rooms.health.apply(next.healthCheck);
    if (sections.includes('recipients')) rooms.recipients.apply(next.recipients);
    rooms.inputs.follow(sections, next);
    // Whether rules can move themselves depends on where recipients are.
    if (sections.includes('rules') || sections.includes('recipients')) rooms.rules.setRules(next.rules);
    if (sections.includes('accessList')) rooms.access.apply(next.accessList);
    if (sections.includes('sourceGuard')) rooms.guard.apply(next.sourceGuard);
    if (sections.includes('dtmf')) rooms.dtmf.apply(next.dtmf);
    if (concerns(MQTT_SECTIONS)) {
      rooms.mqtt.apply(next.mqtt, new CertificateStore(next.certificates));
      rooms.homeAssistant.apply();
    }
    if (concerns(SIP_SECTIONS)) this.#followSip(sections, next);
    rooms.bus.publish({ type: 'configuration', sections });
  }

  #followSip(sections: readonly string[], next: DeviceDocument): void {
    const { calls } = this.#rooms;
    this.#following = this.#following
      .then(async () => {
        if (sections.includes('certificates')) {
          await calls.applyCertificates(new CertificateStore(next.certificates));
        }
        if (sections.includes('accounts')) await calls.applyAccounts(next.accounts);
        if (sections.includes('sip')) await calls.applySettings(next.sip);
      })
      .catch((error: unknown) => {
        this.#log.error(`the new SIP settings were not taken over: ${messageOf(error)}`);
      });
  }
}
