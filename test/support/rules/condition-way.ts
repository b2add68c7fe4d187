import type { Condition } from './rule-types.js';

const PAYLOAD_WAYS = ['any payload', 'text', 'pattern', 'number', 'part of JSON'];

/** The kinds of condition that compare in several ways, with each of these. */
export const CONDITION_WAYS = [
  ...['digits', 'sequence'].map((way) => `call.dtmf by ${way}`),
  ...['any text', 'exact', 'contains', 'expression'].map((way) => `call.message by ${way}`),
  ...PAYLOAD_WAYS.map((way) => `mqtt.stateful by ${way}`),
  ...PAYLOAD_WAYS.map((way) => `mqtt.stateless by ${way}`),
];

/** In which of them a condition compares; none of a kind that has one way only. */
export function wayOf(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'call.dtmf':
      return `call.dtmf by ${condition.digits === undefined ? 'sequence' : 'digits'}`;
    case 'call.message':
      return `call.message by ${condition.text === undefined ? 'any text' : condition.match}`;
    case 'mqtt.stateful':
    case 'mqtt.stateless': {
      const { kind, path, payload, match } = condition;
      if (path !== undefined) return `${kind} by part of JSON`;
      if (payload === undefined) return `${kind} by any payload`;
      if (match === 'pattern') return `${kind} by pattern`;
      return `${kind} by ${match === 'equals' || match === 'contains' ? 'text' : 'number'}`;
    }
    default:
      return undefined;
  }
}
