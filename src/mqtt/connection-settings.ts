import type { MqttSettings } from '../control/mqtt-settings.js';

/** The settings that a connection is made by. */
export function connectionSettings(settings: MqttSettings): unknown {
  const {
    enabled: _enabled,
    publication: _publication,
    subscriptions: _subscriptions,
    homeAssistant: _homeAssistant,
    disconnectMessage: _disconnectMessage,
    reconnectAutomatically: _reconnectAutomatically,
    ...way
  } = settings;
  return way;
}
