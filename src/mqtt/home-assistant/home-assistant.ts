import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { nextTurn } from '../../base/next-turn.js';
import { VERSION } from '../../base/version.js';
import { userOf } from '../../calls/parsed-address.js';
import type { ConfigStore } from '../../config/config-store.js';
import type { Caller } from '../../control/command.js';
import type { Control } from '../../control/control.js';
import type { OutputView } from '../../control/output-view.js';
import type { DeviceDocument } from '../../control/services.js';
import type { StatusView } from '../../control/status-view.js';
import type { DeviceEventType, PublishedEvent } from '../../events/device-event.js';
import type { EventBus } from '../../events/event-bus.js';
import { SOUND_PATTERNS } from '../../patterns/sound/index.js';
import { connectionTopic, DEFAULT_PAYLOADS } from '../client-identity.js';
import type { Mqtt } from '../mqtt.js';
import type { TopicListener } from '../subscriptions.js';
import { deviceId, discoveryPayload, goneEntity, type EntityConfig } from './discovery.js';
import {
  lightCommand,
  maintenanceCommand,
  profileCommand,
  sirenCommand,
  type CommandContext,
  type EntityCommand,
} from './entity-commands.js';
import { entityEvent } from './entity-events.js';
import { entityStates } from './entity-states.js';
import { entityTopics, type EntityTopics } from './entity-topics.js';

/** What Home Assistant may do here. */
const CALLER: Caller = { role: 'operator', name: 'MQTT' };

/** The events after which an entity may be otherwise. */
const MOVING: ReadonlySet<DeviceEventType> = new Set([
  'activity',
  'call.state',
  'account.registration',
  'output.state',
  'configuration',
]);

export interface HomeAssistantOptions {
  readonly mqtt: Mqtt;
  readonly control: Control;
  readonly config: ConfigStore<DeviceDocument>;
  readonly bus: EventBus;
  readonly log: Log;
}

/** The device in Home Assistant: entities that it discovers, their states, and its commands, which go through control/. */
export class HomeAssistant {
  readonly #options: HomeAssistantOptions;
  readonly #log: Log;
  readonly #unsubscribe: () => void;
  /** What was sent last, by topic; a state that repeats itself is not sent. */
  readonly #sent = new Map<string, string>();
  /** The entities that were told of, to be taken away when they are gone. */
  #told: Readonly<Record<string, EntityConfig>> = {};
  /** Where the discovery stands; none where Home Assistant is not to know the device. */
  #discoveryTopic: string | undefined;
  #caller: { readonly user: string; readonly attributes: object } | undefined;
  #isUpdating = false;

  constructor(options: HomeAssistantOptions) {
    this.#options = options;
    this.#log = options.log.room('mqtt');
    this.#unsubscribe = options.bus.subscribe((published) => this.#onEvent(published));
    this.apply();
  }

  /** Takes the settings over, as they stand in the configuration. */
  apply(): void {
    const { mqtt } = this.#options;
    const topic = this.#isOn ? this.#topic : undefined;
    if (this.#discoveryTopic !== undefined && this.#discoveryTopic !== topic) {
      // An empty retained message takes the device away (Home Assistant, "MQTT discovery").
      mqtt.send({
        topic: this.#discoveryTopic,
        payload: '',
        qos: 1,
        retain: true,
        about: this.#discoveryTopic,
      });
      this.#told = {};
    }
    this.#discoveryTopic = topic;
    mqtt.accompany({
      listeners: this.#isOn ? this.#listeners : [],
      onConnected: () => {
        this.#tellAll();
      },
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  get #isOn(): boolean {
    const { enabled, homeAssistant } = this.#options.config.get('mqtt');
    return enabled && homeAssistant.enabled;
  }

  get #topic(): string {
    const { config } = this.#options;
    return `${config.get('mqtt').homeAssistant.discoveryPrefix}/device/${deviceId(this.#options.mqtt)}/config`;
  }

  get #topics(): EntityTopics {
    return entityTopics(this.#options.mqtt.identity.deviceTopicPrefix);
  }

  get #listeners(): TopicListener[] {
    const { config } = this.#options;
    const topics = this.#topics;
    const on = (
      entity: Parameters<EntityTopics['command']>[0],
      understand: (payload: string, status: StatusView) => EntityCommand,
    ): TopicListener => ({
      filter: topics.command(entity),
      onMessage: ({ payload, retained }) => {
        // A command that the broker had kept is from another day: it would sound the siren at each connect.
        if (!retained) void this.#obey(entity, payload, understand);
      },
    });
    return [
      on('siren', (payload, status) => sirenCommand(payload, this.#contextOf(status))),
      on('light', (payload, status) => lightCommand(payload, this.#contextOf(status))),
      on('profile', profileCommand),
      on('maintenance', maintenanceCommand),
      on('stop', () => ({ name: 'siren.stopAll', input: {} })),
      {
        filter: `${config.get('mqtt').homeAssistant.discoveryPrefix}/status`,
        onMessage: ({ payload, retained }) => {
          if (payload === 'online' && !retained) this.#tellAll();
        },
      },
    ];
  }

  async #obey(
    entity: string,
    payload: string,
    understand: (payload: string, status: StatusView) => EntityCommand,
  ): Promise<void> {
    const { control } = this.#options;
    try {
      const status = (await control.run('status.get', {}, CALLER)) as StatusView;
      const { name, input } = understand(payload, status);
      await control.run(name, input, CALLER);
    } catch (error) {
      this.#log.warn('a command that came by MQTT cannot be obeyed', {
        entity,
        payload: payload.slice(0, 200),
        error: messageOf(error),
      });
    }
    // Whoever gave it sees what is, also where it was not obeyed.
    this.#sent.delete(this.#topics.state(entity));
    this.#updateSoon();
  }

  #contextOf(status: StatusView): CommandContext {
    const { config } = this.#options;
    const { tone, priority } = config.get('mqtt').homeAssistant;
    const profiles = config.get('profiles');
    const usual = profiles.find(({ siren }) => siren !== undefined)?.name ?? SOUND_PATTERNS[0]?.name ?? '';
    return {
      profiles: profiles.map(({ name }) => name),
      defaultTone: tone === '' ? usual : tone,
      priority,
      light: status.light.find(({ running, purpose }) => running && purpose === undefined),
    };
  }

  #onEvent({ event, at }: PublishedEvent): void {
    if (!this.#isOn) return;
    const { mqtt } = this.#options;
    if (
      event.type === 'call.stateChange' &&
      event.direction === 'Incoming' &&
      event.reason !== 'Terminated'
    ) {
      const { remoteUri, localUri, account, reason } = event;
      this.#caller = {
        user: userOf(remoteUri) ?? remoteUri,
        attributes: { remoteUri, localUri, account, reason, at: new Date(at).toISOString() },
      };
      this.#updateSoon();
    }
    const message = entityEvent(event, at, this.#topics);
    if (message) mqtt.send({ ...message, qos: 1, retain: false });
    if (event.type === 'configuration') {
      if (event.sections.some((section) => DISCOVERED.has(section))) this.#discover();
    }
    if (MOVING.has(event.type)) this.#updateSoon();
  }

  #tellAll(): void {
    if (!this.#isOn) return;
    this.#sent.clear();
    this.#discover();
    this.#updateSoon();
  }

  #discover(): void {
    const { mqtt, config } = this.#options;
    const payload = discoveryPayload(
      {
        name: config.get('device').name,
        serialNumber: mqtt.serialNumber,
        version: VERSION,
        profiles: config.get('profiles').map(({ name }) => name),
        accounts: config.get('accounts').filter(({ mode }) => mode === 'registered'),
        availability: { topic: connectionTopic(mqtt.identity), there: DEFAULT_PAYLOADS.connectMessage },
      },
      this.#topics,
    );
    const { components } = payload;
    const gone = Object.entries(this.#told).filter(([key]) => !(key in components));
    const buried = Object.fromEntries(gone.map(([key, entity]) => [key, goneEntity(entity)]));
    this.#told = components;
    this.#send(this.#topic, JSON.stringify({ ...payload, components: { ...components, ...buried } }));
  }

  /** In a turn of its own, once for all that an event brings along. */
  #updateSoon(): void {
    if (this.#isUpdating) return;
    this.#isUpdating = true;
    void nextTurn()
      .then(() => {
        this.#isUpdating = false;
        return this.#isOn ? this.#update() : undefined;
      })
      .catch((error: unknown) => {
        this.#log.error('the states for Home Assistant could not be told', { error: messageOf(error) });
      });
  }

  async #update(): Promise<void> {
    const { control } = this.#options;
    const status = (await control.run('status.get', {}, CALLER)) as StatusView;
    const outputs = (await control.run('outputs.list', {}, CALLER)) as readonly OutputView[];
    const states = entityStates({ status, outputs, caller: this.#caller }, this.#topics);
    for (const [topic, payload] of states) this.#send(topic, payload);
  }

  #send(topic: string, payload: string): void {
    if (this.#sent.get(topic) === payload) return;
    this.#sent.set(topic, payload);
    this.#options.mqtt.send({ topic, payload, qos: 1, retain: true, about: topic });
  }
}

/** The parts of the configuration that decide which entities there are. */
const DISCOVERED: ReadonlySet<string> = new Set(['mqtt', 'profiles', 'accounts', 'device']);
