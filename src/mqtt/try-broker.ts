import type { Clock } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { MqttTestReport } from '../control/mqtt-service.js';
import type { MqttSettings } from '../control/mqtt-settings.js';
import type { TlsTrust } from '../net/tls-trust.js';
import type { ClientIdentity } from './client-identity.js';

/** Nobody in front of a page waits longer. */
const LONGEST_SECONDS = 30;

export interface TryBrokerOptions {
  readonly settings: MqttSettings;
  readonly identity: ClientIdentity;
  readonly trust: TlsTrust;
  readonly clock: Clock;
}

/**
 * Connects once and leaves again, beside the client that runs: under another client ID, so that the broker does not
 * send that one away, and without last will or messages.
 */
export async function tryBroker({
  settings,
  identity,
  trust,
  clock,
}: TryBrokerOptions): Promise<MqttTestReport> {
  const startedAt = clock.now();
  const steps: string[] = [];
  const report = (error?: string): MqttTestReport => ({
    ok: error === undefined,
    milliseconds: Math.round(clock.now() - startedAt),
    steps,
    ...(error !== undefined && { error }),
  });
  if (settings.host === '') return report('No broker is set.');
  const limit = Math.min(settings.timeoutSeconds, LONGEST_SECONDS);
  const attempt = new AbortController();
  const timer = clock.startTimer('mqtt test', seconds(limit), () => {
    attempt.abort(new SipsirenError('TIMEOUT', `The broker did not let the device in within ${limit} s.`));
  });
  try {
    const { BrokerSession } = await import('./broker-session.js');
    const session = await BrokerSession.open({
      settings,
      identity: { ...identity, clientId: `${identity.clientId}-test` },
      trust,
      signal: attempt.signal,
      say: (step) => steps.push(step),
      onMessage: () => undefined,
      onLost: () => undefined,
    });
    await session.close();
    steps.push('The device said good-bye.');
    return report();
  } catch (error) {
    return report(messageOf(error));
  } finally {
    timer.cancel();
  }
}
