import { describe, expect, it } from '@jest/globals';
import type { MqttConnectionState } from '../../events/device-event.js';
import { Facts } from '../facts.js';
import type { StatefulCondition } from './condition-kind.js';
import { conditionKindOf, conditionSchema } from './index.js';
import { mqttMatcher } from './mqtt-payload.js';

const base = { kind: 'mqtt.stateless', subscription: 's' } as const;

const fits = (condition: object, payload: string): boolean =>
  mqttMatcher(conditionSchema.parse({ ...base, ...condition }) as Parameters<typeof mqttMatcher>[0])({
    ...{ subscription: 's', topic: 't', payload },
  });

const refusal = (condition: object): string =>
  conditionSchema.safeParse({ ...base, ...condition }).error?.issues[0]?.message ?? 'nothing';

describe('the payload of a message', () => {
  it.each([
    [{}, 'anything', true],
    [{ payload: 'On' }, 'On', true],
    [{ payload: 'On' }, 'on', false],
    [{ payload: 'n', match: 'contains' }, 'On', true],
    [{ payload: '^o[nf]+$', match: 'pattern' }, 'off', true],
    [{ payload: '21.5', match: '>=' }, ' 21.50 ', true],
    [{ payload: '21.5', match: '<' }, '21.4', true],
    [{ payload: '5', match: '=' }, '5.0', true],
    [{ payload: '5', match: '<=' }, '', false],
    [{ payload: '5', match: '>' }, 'warm', false],
    [{ path: 'after.label', payload: 'person' }, '{"after":{"label":"person"}}', true],
    [{ path: 'list[1].x', payload: '2', match: '=' }, '{"list":[{},{"x":2}]}', true],
    [{ path: 'open', payload: 'true' }, '{"open":true}', true],
    [{ path: 'open' }, '{"open":null}', true],
    [{ path: 'open' }, '{"shut":1}', false],
    [{ path: 'open' }, 'no JSON', false],
    [{ path: 'toString', payload: 'x', match: 'contains' }, '{}', false],
    [{ topic: 'other' }, 'On', false],
  ])('%j of %s: %s', (condition, payload, expected) => {
    expect(fits(condition, payload)).toBe(expected);
  });

  it.each([
    [{ match: 'contains' }, 'Give the payload to compare with.'],
    [{ match: '<', payload: 'warm' }, 'Compare with a number'],
    [{ match: 'pattern', payload: '(' }, 'The pattern cannot be used: a ")" is missing.'],
    [{ path: 'a b' }, 'names and places'],
    [{ subscription: '' }, 'Name the subscription'],
  ])('that could never fit is refused: %j', (condition, reason) => {
    expect(refusal(condition)).toContain(reason);
  });

  it('is told in words, with what came instead', () => {
    const condition = conditionSchema.parse({ ...base, topic: 't', path: 'a', match: '>', payload: '5' });
    const kind = conditionKindOf(condition);
    expect(kind.describe(condition)).toBe(
      'a message on t of the MQTT subscription s comes and a of the payload > 5',
    );
    const anyTopic = conditionSchema.parse({ ...base, topic: '' });
    expect(conditionKindOf(anyTopic).describe(anyTopic)).toBe(
      'a message on a topic of the MQTT subscription s comes with any payload',
    );
    const event = {
      type: 'mqtt.message',
      subscription: 's',
      topic: 'u',
      payload: '{"a":4}',
      retained: true,
    } as const;
    expect(kind.compare(condition, event)).toEqual([
      { field: 'retained', expected: 'no', actual: 'yes', fits: false },
      { field: 'topic', expected: 't', actual: 'u', fits: false },
      { field: 'a', expected: '> 5', actual: '4', fits: false },
    ]);
  });
});

describe('the connection with the broker', () => {
  it('stays lost while it is tried again', () => {
    const condition = conditionSchema.parse({ kind: 'mqtt.connection', state: 'lost' });
    const kind = conditionKindOf(condition);
    const isLost = (state: MqttConnectionState, error?: string) =>
      kind.compare(condition, {
        type: 'mqtt.connection',
        state,
        broker: '',
        ...(error !== undefined && { error }),
      })[0]?.fits;
    expect(isLost('connecting')).toBe(false);
    expect(isLost('waiting', 'x')).toBe(true);
    expect(isLost('connecting', 'x')).toBe(true);
    expect(isLost('failed', 'x')).toBe(true);
    expect(isLost('connected')).toBe(false);
    expect(isLost('off')).toBe(false);
  });

  it('is lost, and is no longer, also where an attempt fails or is a new one without a change of its state', () => {
    const facts = new Facts();
    const condition = conditionSchema.parse({ kind: 'mqtt.connection', state: 'lost' });
    const lost = conditionKindOf(condition).compile(condition) as StatefulCondition;
    const tell = (more: { readonly error?: string }): boolean => {
      const event = { type: 'mqtt.connection', state: 'connecting', broker: '', ...more } as const;
      for (const change of facts.apply(event)) lost.observe(change);
      return lost.holds;
    };
    expect([tell({}), tell({ error: 'x' }), tell({ error: 'y' }), tell({})]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
