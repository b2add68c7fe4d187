/** A message for an output that hears MQTT. */
export interface OutputMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** The port through which outputs speak over the broker of the device: `mqtt/` stands behind it. */
export interface MqttPublisher {
  /** Resolves once the broker has the message; rejects with OUTPUT_FAILED where it is not there. Nothing is kept. */
  deliver(message: OutputMessage): Promise<void>;
  /** Why the broker is not there, in words; undefined while it is. */
  readonly fault: string | undefined;
}
