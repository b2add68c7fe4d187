import { SipsirenError } from '../../base/errors.js';
import type { OutputDriver } from '../output-driver.js';
import type { OutputContext, OutputFunction, OutputKind } from '../output-kind.js';
import type { OutputSettings } from '../output-settings.js';
import { audioKind } from './audio/index.js';
import { gpioKind } from './gpio/index.js';
import { httpKind } from './http/index.js';
import { mqttKind } from './mqtt/index.js';
import { multicastKind } from './multicast/index.js';
import { vapixKind } from './vapix/index.js';
import { wledKind } from './wled/index.js';

export { VirtualOutput } from './virtual.js';

/** Every kind of output that can be configured: a new one is its folder and a line here. */
export const OUTPUT_KINDS = [
  audioKind,
  gpioKind,
  wledKind,
  httpKind,
  vapixKind,
  multicastKind,
  mqttKind,
] as readonly OutputKind[];

const BY_NAME = new Map(OUTPUT_KINDS.map((kind) => [kind.kind, kind]));

/** A kind by its name. Throws NOT_FOUND. */
export function outputKindOf(name: string): OutputKind {
  const kind = BY_NAME.get(name);
  if (!kind) throw new SipsirenError('NOT_FOUND', `There is no kind of output "${name}".`, { path: 'kind' });
  return kind;
}

/** The driver of an output whose settings have passed the schema. */
export function createDriver({ kind, settings }: OutputSettings, context: OutputContext): OutputDriver {
  return outputKindOf(kind).create(settings, context);
}

/** What outputs of a kind can show. */
export function outputFunctions(kind: string): readonly OutputFunction[] {
  return BY_NAME.get(kind)?.functions ?? ['light', 'siren'];
}
