import type { ZodType } from 'zod';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { MqttPublisher } from './mqtt-publisher.js';
import type { OutputDriver } from './output-driver.js';

/** What every driver is made with. */
export interface OutputContext {
  /** The output's id, for the names of timers. */
  readonly id: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The broker of the device; none where there is no MQTT client. */
  readonly mqtt?: MqttPublisher | undefined;
}

/** A value that a setting may have on this machine: a sound card. */
export interface OutputChoice {
  readonly value: string;
  /** In words, for a person. */
  readonly text: string;
}

/** What an activity is made of. */
export type OutputFunction = 'light' | 'siren';

/** One kind of output: what it needs to be told, and how it is made. One file, found by its name. */
export interface OutputKind<Settings = unknown> {
  /** Stable: `audio`. */
  readonly kind: string;
  /** One sentence for a person who chooses. */
  readonly summary: string;
  /** What it can show at all, whatever its settings. Default: both. */
  readonly functions?: readonly OutputFunction[];
  readonly settings: ZodType<Settings>;
  /** Settings that are written and never read. Default: none. */
  readonly secrets?: readonly string[];
  /** Where the secrets go to; with another destination stored ones are forgotten. */
  destinationOf?(settings: Settings): string;
  /** What a setting may have here, by the name of the setting. Default: nothing is known. */
  choices?(): Promise<Readonly<Record<string, readonly OutputChoice[]>>>;
  /** Makes the driver; it touches nothing outside before its first picture or test. */
  create(settings: Settings, context: OutputContext): OutputDriver;
}

/** Declares a kind; ties what it creates to its schema. */
export function defineOutputKind<Settings>(kind: OutputKind<Settings>): OutputKind<Settings> {
  return kind;
}
