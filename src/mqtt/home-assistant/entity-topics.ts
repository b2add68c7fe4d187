/** Where the entities of Home Assistant speak, below the device topic prefix. */
export interface EntityTopics {
  readonly state: (entity: string) => string;
  readonly attributes: (entity: string) => string;
  /** Where Home Assistant says what an entity should do. */
  readonly command: (entity: 'siren' | 'light' | 'profile' | 'stop' | 'maintenance') => string;
}

export function entityTopics(deviceTopicPrefix: string): EntityTopics {
  const base = `${deviceTopicPrefix}/homeassistant`;
  return {
    state: (entity) => `${base}/${entity}/state`,
    attributes: (entity) => `${base}/${entity}/attributes`,
    command: (entity) => `${base}/${entity}/set`,
  };
}
