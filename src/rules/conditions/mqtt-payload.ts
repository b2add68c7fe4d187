import { z } from 'zod';
import { messageOf } from '../../base/errors.js';
import { TextExpression } from '../text/text-expression.js';
import type { Comparison } from './condition-kind.js';

const NUMBER_SIGNS = ['<', '<=', '=', '>=', '>'] as const;

/** Names joined by dots, and places of a list in brackets. */
const PATH = /^[^.[\]\s]+(\.[^.[\]\s]+|\[\d{1,6}\])*$/;

/** No more of a payload is searched by a pattern; a flood of long texts must not hold the rules up. */
const SEARCHED_CHARACTERS = 4_096;

/** Which message of a subscription is meant, and what its payload must be. */
export const mqttMessageFields = {
  subscription: z
    .string()
    .trim()
    .min(1, 'Name the subscription by its id.')
    .max(64)
    .describe('The id of the subscription.'),
  topic: z
    .string()
    .max(1_024)
    .optional()
    .describe('One topic of those that the subscription covers; left out, any of them.'),
  payload: z
    .string()
    .max(8_192)
    .optional()
    .describe('What the payload is compared with; left out, any payload.'),
  match: z
    .enum(['equals', 'contains', 'pattern', ...NUMBER_SIGNS])
    .default('equals')
    .describe('How it is compared: as a text, by a pattern, or as a number.'),
  path: z
    .string()
    .trim()
    .max(256)
    .regex(PATH, 'names and places as in after.score or detections[0].label')
    .optional()
    .describe(
      'Which part of a payload in JSON is compared: `after.score`, `detections[0].label`; left out, all of it.',
    ),
};

type MqttMessageSettings = z.infer<z.ZodObject<typeof mqttMessageFields>>;

/** Refuses what could never match. */
export function checkMqttMessage(settings: MqttMessageSettings, context: z.RefinementCtx): void {
  const problem = problemOf(settings);
  if (problem !== undefined) context.addIssue({ code: 'custom', path: ['payload'], message: problem });
}

function problemOf({ payload, match }: MqttMessageSettings): string | undefined {
  if (payload === undefined) {
    return match === 'equals' ? undefined : 'Give the payload to compare with.';
  }
  if (match === 'pattern') {
    if (payload.length > 256) return 'A pattern has up to 256 characters.';
    try {
      new TextExpression(payload, { ignoreCase: false });
    } catch (error) {
      return `The pattern cannot be used: ${messageOf(error)}.`;
    }
  }
  if (isNumberSign(match) && numberOf(payload) === undefined) {
    return `Compare with a number, as in 21.5, or choose another match than ${match}.`;
  }
  return undefined;
}

/** Whether a message is as wanted. Of another subscription none is. */
export function mqttMatcher({
  subscription,
  topic = '',
  ...wanted
}: MqttMessageSettings): (message: {
  readonly subscription: string;
  readonly topic: string;
  readonly payload: string;
}) => boolean {
  const fits = payloadMatcher(wanted);
  return (message) =>
    message.subscription === subscription &&
    (topic === '' || message.topic === topic) &&
    fits(message.payload);
}

function payloadMatcher({
  payload,
  match,
  path,
}: Pick<MqttMessageSettings, 'payload' | 'match' | 'path'>): (text: string) => boolean {
  if (payload === undefined) return (text) => path === undefined || partOf(text, path) !== undefined;
  const fits = textMatcher(payload, match);
  return (text) => {
    const part = path === undefined ? text : partOf(text, path);
    return part !== undefined && fits(part);
  };
}

function textMatcher(wanted: string, match: MqttMessageSettings['match']): (text: string) => boolean {
  switch (match) {
    case 'equals':
      return (text) => text === wanted;
    case 'contains':
      return (text) => text.includes(wanted);
    case 'pattern': {
      const pattern = new TextExpression(wanted, { ignoreCase: false });
      return (text) => pattern.fits(text.slice(0, SEARCHED_CHARACTERS));
    }
    default: {
      const limit = numberOf(wanted) ?? Number.NaN;
      return (text) => {
        const value = numberOf(text);
        return value !== undefined && compares(value, match, limit);
      };
    }
  }
}

function compares(value: number, sign: (typeof NUMBER_SIGNS)[number], limit: number): boolean {
  switch (sign) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '=':
      return value === limit;
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
  }
}

/** For a person: `site/gate of the MQTT subscription gate`. */
export function describeTopic({ topic = '', subscription }: MqttMessageSettings): string {
  return `${topic === '' ? 'a topic' : topic} of the MQTT subscription ${subscription}`;
}

/** For a person: `the payload is On`. */
export function describePayload({ payload, match, path }: MqttMessageSettings): string {
  const what = path === undefined ? 'the payload' : `${path} of the payload`;
  if (payload === undefined) return path === undefined ? 'with any payload' : `and there is ${what}`;
  const how = match === 'equals' ? 'is' : match === 'pattern' ? 'fits' : match;
  return `and ${what} ${how} ${payload}`;
}

/** How a message compares with what is wanted. */
export function compareMessage(
  settings: MqttMessageSettings,
  message: { readonly subscription: string; readonly topic: string; readonly payload: string },
): readonly Comparison[] {
  const { subscription, topic = '', payload, match, path } = settings;
  if (message.subscription !== subscription) return [];
  const comparisons: Comparison[] = [];
  if (topic !== '') {
    comparisons.push({
      field: 'topic',
      expected: topic,
      actual: message.topic,
      fits: message.topic === topic,
    });
  }
  const part = path === undefined ? message.payload : partOf(message.payload, path);
  comparisons.push({
    field: path ?? 'payload',
    expected: payload === undefined ? 'anything' : match === 'equals' ? payload : `${match} ${payload}`,
    actual: part === undefined ? 'not there' : part.slice(0, 200),
    fits: payloadMatcher(settings)(message.payload),
  });
  return comparisons;
}

/** The part of a payload in JSON that a path names, as text; none where it is not there or the payload no JSON. */
function partOf(text: string, path: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const name of path.split(/[.[\]]+/).filter((one) => one !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A number as payloads have it; of no other text. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed === '' || !Number.isFinite(value) ? undefined : value;
}

function isNumberSign(match: MqttMessageSettings['match']): boolean {
  return (NUMBER_SIGNS as readonly string[]).includes(match);
}
