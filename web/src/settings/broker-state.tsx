import type { MqttStatus } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';
import { StateBadge } from './state-badge.js';

export type BrokerStatus = MqttStatus;

/** How the MQTT client does: its state, since what went wrong, and what waits. */
export function BrokerState({ status }: { readonly status: BrokerStatus }) {
  const { state, error, broker, waiting, dropped, published, received, refused } = status;
  const texts = TEXTS.settings.broker;
  const isTold = error !== undefined && state !== 'connected' && state !== 'off';
  const lines = [
    ...(broker === '' ? [] : [texts.at(broker)]),
    texts.counts(published, received),
    ...(waiting.messages > 0 ? [texts.waiting(waiting.messages)] : []),
    ...(dropped > 0 ? [texts.dropped(dropped)] : []),
    ...refused.map((one) => `${one.subscription}: ${one.error}`),
  ];
  return (
    <p className="hint" role="status">
      <StateBadge state={state} error={isTold ? error : undefined} /> {lines.join(' ')}
    </p>
  );
}
