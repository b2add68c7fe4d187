import type { DeviceEvent } from '../../../src/events/device-event.js';
import type { Rule } from '../../../src/rules/rule.js';

export type Condition = Rule['conditions'][number];
export type ConditionOf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;
export type Action = Rule['actions'][number];
export type ActionOf<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;
export type EventOf<Type extends DeviceEvent['type']> = Extract<DeviceEvent, { type: Type }>;
