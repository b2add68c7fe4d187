import { seconds } from '../../../base/duration.js';
import type { Unsubscribe } from '../../../base/emitter.js';
import { SipsirenError } from '../../../base/errors.js';
import { fillTemplate } from '../../../base/template.js';
import { escapeFor } from '../../../base/template-escape.js';
import { DARK_LAMP, lampState, type LampState } from '../../lamp-state.js';
import { LatestSender } from '../../latest-sender.js';
import type { MqttPublisher } from '../../mqtt-publisher.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import type { Picture } from '../../picture.js';
import type { MqttOutputSettings } from './mqtt-settings.js';

const NO_BROKER = 'There is no MQTT client to speak through.';

/** A lamp or a siren that listens to MQTT; templates say what it is told. */
export class MqttOutput implements OutputDriver {
  readonly kind = 'mqtt';
  readonly capabilities: OutputCapabilities;
  readonly checkEvery = seconds(10);
  readonly #settings: MqttOutputSettings;
  readonly #mqtt: MqttPublisher | undefined;
  readonly #sender: LatestSender<LampState>;

  constructor(settings: MqttOutputSettings, { id, clock, mqtt }: OutputContext) {
    this.#settings = settings;
    this.#mqtt = mqtt;
    this.capabilities = {
      ...(settings.shows !== 'siren' && { light: { sections: 1, colors: 'rgb', framesPerSecond: 0 } }),
      ...(settings.shows !== 'light' && { sound: 'named' }),
      latencyMs: 50,
    };
    this.#sender = new LatestSender<LampState>({
      id,
      clock,
      spacing: settings.minimumIntervalMilliseconds,
      send: (state, before) => this.#send(state, before),
      repeatAfter: ({ state }) =>
        state === 'on' && settings.repeatSeconds > 0 ? settings.repeatSeconds * 1_000 : undefined,
    });
  }

  onFault(listener: (error: string | undefined) => void): Unsubscribe {
    return this.#sender.onFault(listener);
  }

  onDelivered(listener: () => void): Unsubscribe {
    return this.#sender.onTaken(listener);
  }

  present(picture: Picture): void {
    this.#sender.want(lampState(picture, this.#settings.shows));
  }

  /** Nobody answers a message; what can be told is whether the broker is there, and how the last one went. */
  test(): Promise<void> {
    const fault = this.#mqtt ? (this.#mqtt.fault ?? this.#sender.fault) : NO_BROKER;
    return fault === undefined
      ? Promise.resolve()
      : Promise.reject(new SipsirenError('OUTPUT_FAILED', fault));
  }

  async close(): Promise<void> {
    await this.#sender.close(DARK_LAMP);
  }

  async #send(state: LampState, before: LampState | undefined): Promise<void> {
    if (!this.#mqtt) throw new SipsirenError('OUTPUT_FAILED', NO_BROKER);
    const { on, off, change, qos, retain } = this.#settings;
    const lit = before?.state === 'on' && change ? change : on;
    const { topic, payload } = state.state === 'off' ? off : lit;
    await this.#mqtt.deliver({ topic, payload: filled(payload, state), qos, retain });
  }
}

function filled(payload: string, state: LampState): string {
  const known = new Map<string, string>(Object.entries(state));
  const escape = escapeFor(/^\s*[[{](?!\{)/.test(payload) ? 'json' : 'text');
  return fillTemplate(payload, (name) => known.get(name) ?? '', escape);
}
