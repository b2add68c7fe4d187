import { LIGHT_CAPABILITIES } from '../../patterns/light-capabilities.js';
import { SOUND_PATTERNS } from '../../patterns/sound/index.js';
import type { EntityTopics } from './entity-topics.js';

/** What Home Assistant needs to know of the device. */
export interface DiscoveredDevice {
  readonly name: string;
  readonly serialNumber: string;
  readonly version: string;
  readonly profiles: readonly string[];
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  /** Where it tells whether it is there, and what it says while it is. */
  readonly availability: { readonly topic: string; readonly there: string };
}

export type EntityConfig = Readonly<Record<string, unknown>> & { readonly platform: string };

const CALL_EVENTS = [
  'Initiated',
  'Denied',
  'NoAnswer',
  'Busy',
  'Failed',
  'AcceptedByRemote',
  'AcceptedByDevice',
  'Terminated',
] as const;

/**
 * The device as Home Assistant discovers it: one message for all its entities. The fields are those of Home
 * Assistant's documentation, "MQTT discovery", "Device discovery payload".
 */
export function discoveryPayload(
  device: DiscoveredDevice,
  topics: EntityTopics,
): { readonly components: Readonly<Record<string, EntityConfig>> } & Record<string, unknown> {
  const { serialNumber, availability } = device;
  const id = deviceId(device);
  const entities = entitiesOf(device, topics);
  const components = Object.fromEntries(
    Object.entries(entities).map(([key, entity]) => [key, { ...entity, unique_id: `${id}_${key}` }]),
  );
  return {
    device: {
      identifiers: [id],
      name: device.name,
      manufacturer: 'sipsiren',
      model: 'Software strobe siren',
      serial_number: serialNumber,
      sw_version: device.version,
    },
    origin: { name: 'sipsiren', sw_version: device.version },
    availability: [
      {
        topic: availability.topic,
        value_template: `{{ 'online' if value == '${availability.there}' else 'offline' }}`,
      },
    ],
    qos: 1,
    components,
  };
}

/** `sipsiren_0123456789AB`, by which Home Assistant knows the device. */
export function deviceId({ serialNumber }: Pick<DiscoveredDevice, 'serialNumber'>): string {
  return `sipsiren_${serialNumber}`;
}

/** What Home Assistant is told to take an entity away. */
export function goneEntity({ platform }: EntityConfig): EntityConfig {
  return { platform };
}

function entitiesOf(device: DiscoveredDevice, topics: EntityTopics): Record<string, EntityConfig> {
  return {
    ...mainEntities(device, topics),
    ...sensors(device, topics),
    ...binarySensors(topics),
    ...events(topics),
    ...buttons(device, topics),
  };
}

function mainEntities({ profiles }: DiscoveredDevice, topics: EntityTopics): Record<string, EntityConfig> {
  return {
    siren: {
      platform: 'siren',
      name: 'Siren',
      state_topic: topics.state('siren'),
      command_topic: topics.command('siren'),
      available_tones: [...profiles, ...SOUND_PATTERNS.map(({ name }) => name)],
      support_duration: true,
      support_volume_set: true,
    },
    light: {
      platform: 'light',
      name: 'Light',
      schema: 'json',
      state_topic: topics.state('light'),
      command_topic: topics.command('light'),
      brightness: true,
      supported_color_modes: ['rgb'],
      effect: true,
      effect_list: LIGHT_CAPABILITIES.map(({ name }) => name),
    },
    maintenance: {
      platform: 'switch',
      name: 'Maintenance mode',
      entity_category: 'config',
      icon: 'mdi:wrench',
      state_topic: topics.state('maintenance'),
      command_topic: topics.command('maintenance'),
    },
  };
}

function sensors({ accounts }: DiscoveredDevice, topics: EntityTopics): Record<string, EntityConfig> {
  const sensor = (entity: string, name: string, icon: string): EntityConfig => ({
    platform: 'sensor',
    name,
    icon,
    state_topic: topics.state(entity),
    json_attributes_topic: topics.attributes(entity),
  });
  const registrations = accounts.map(({ id, name }) => [
    `registration_${id}`,
    {
      ...sensor(`registration_${id}`, `Registration ${name || id}`, 'mdi:phone-check'),
      entity_category: 'diagnostic',
    },
  ]);
  return {
    profile: sensor('profile', 'Running profile', 'mdi:alarm-light'),
    call: sensor('call', 'Call', 'mdi:phone'),
    caller: sensor('caller', 'Last caller', 'mdi:account-voice'),
    ...(Object.fromEntries(registrations) as Record<string, EntityConfig>),
  };
}

function binarySensors(topics: EntityTopics): Record<string, EntityConfig> {
  const sensor = (entity: string, name: string, deviceClass: string): EntityConfig => ({
    platform: 'binary_sensor',
    name,
    device_class: deviceClass,
    state_topic: topics.state(entity),
    json_attributes_topic: topics.attributes(entity),
  });
  return {
    alarm: sensor('alarm', 'Alarm', 'safety'),
    maintenance_on: {
      platform: 'binary_sensor',
      name: 'Maintenance',
      state_topic: topics.state('maintenance'),
    },
    output_failing: { ...sensor('output_failing', 'Output', 'problem'), entity_category: 'diagnostic' },
  };
}

function events(topics: EntityTopics): Record<string, EntityConfig> {
  const event = (entity: string, name: string, icon: string, types: readonly string[]): EntityConfig => ({
    platform: 'event',
    name,
    icon,
    state_topic: topics.state(entity),
    event_types: types,
  });
  return {
    call_event: event('call_event', 'Call event', 'mdi:phone-ring', CALL_EVENTS),
    dtmf_event: event('dtmf_event', 'Keys', 'mdi:dialpad', ['key', 'sequence']),
  };
}

function buttons({ profiles }: DiscoveredDevice, topics: EntityTopics): Record<string, EntityConfig> {
  const button = (name: string, icon: string, topic: string, press: string): EntityConfig => ({
    platform: 'button',
    name,
    icon,
    command_topic: topic,
    payload_press: press,
  });
  const starts = profiles.map((profile) => [
    `start_${keyOf(profile)}`,
    button(`Start ${profile}`, 'mdi:play', topics.command('profile'), profile),
  ]);
  return {
    stop: button('Stop all', 'mdi:stop', topics.command('stop'), 'STOP'),
    ...(Object.fromEntries(starts) as Record<string, EntityConfig>),
  };
}

/** A name in the letters that an id may have, and such that no two names share one. */
function keyOf(name: string): string {
  return Buffer.from(name).toString('hex');
}
