import type { ConditionOf } from './rule-types.js';

type TextWish = Pick<ConditionOf<'call.message'>, 'text' | 'match' | 'ignoreCase'>;
type PayloadWish = Pick<
  ConditionOf<'mqtt.stateless'>,
  'subscription' | 'topic' | 'payload' | 'match' | 'path'
>;

/** Whether a message says what is wanted: the table of docs/messages.md. */
export function saysWhatIsWanted({ text = '', match, ignoreCase }: TextWish, said: string): boolean {
  if (text === '') return true;
  if (match === 'expression') return new RegExp(text, ignoreCase ? 'i' : '').test(said.trim());
  const [wanted, given] = [text.trim(), said.trim()].map((one) => (ignoreCase ? one.toUpperCase() : one)) as [
    string,
    string,
  ];
  return match === 'exact' ? given === wanted : given.includes(wanted);
}

/** Whether what came by MQTT is as wanted: the table of docs/mqtt.md. */
export function isPayloadWanted(
  wanted: PayloadWish,
  came: { readonly subscription: string; readonly topic: string; readonly payload: string },
): boolean {
  if (came.subscription !== wanted.subscription) return false;
  if (wanted.topic !== undefined && wanted.topic !== '' && came.topic !== wanted.topic) return false;
  const part = wanted.path === undefined ? came.payload : partAt(wanted.path, came.payload);
  if (part === undefined || wanted.payload === undefined) return part !== undefined;
  const [number, limit] = [numberIn(part), numberIn(wanted.payload)];
  switch (wanted.match) {
    case 'equals':
      return part === wanted.payload;
    case 'contains':
      return part.includes(wanted.payload);
    case 'pattern':
      return new RegExp(wanted.payload).test(part);
    case '<':
      return number! < limit!;
    case '<=':
      return number! <= limit!;
    case '=':
      return number === limit && number !== undefined;
    case '>=':
      return number! >= limit!;
    case '>':
      return number! > limit!;
  }
}

/** What stands at `after.score` or `list[0].label` of a payload in JSON, as text. */
function partAt(path: string, payload: string): string | undefined {
  let found: unknown;
  try {
    found = JSON.parse(payload);
  } catch (_noJson) {
    return undefined;
  }
  for (const step of path.replaceAll('[', '.').replaceAll(']', '').split('.')) {
    const isOpen = typeof found === 'object' && found !== null;
    found = isOpen ? new Map<string, unknown>(Object.entries(found as object)).get(step) : undefined;
  }
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** What compares with nothing, neither more nor less nor equal, where the text is no number. */
function numberIn(text: string): number | undefined {
  return /^[-+]?\d+(\.\d+)?(e\d+)?$/.test(text.trim()) ? Number.parseFloat(text) : undefined;
}
