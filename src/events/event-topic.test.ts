import { describe, expect, it } from '@jest/globals';
import type { AccountId, RuleId } from '../base/ids.js';
import type { DeviceEvent } from './device-event.js';
import { EVENT_TOPICS, topicMessageOf } from './event-topic.js';
import { topicFilterCovers } from './topic-filter.js';

describe('an event as its topic tells it', () => {
  it('has what it is about apart from what it says, and all as text', () => {
    const event: DeviceEvent = {
      type: 'account.registration',
      account: 'pbx' as AccountId,
      state: 'refused',
      status: 403,
    };
    expect(topicMessageOf(event)).toEqual({
      topic: 'sipsiren:Account/Registration',
      isProperty: true,
      source: { Account: 'pbx' },
      key: {},
      data: { State: 'refused', Status: '403' },
    });
    expect(
      topicMessageOf({ type: 'rule', rule: 'r1' as RuleId, name: 'One', change: 'activated' })?.data,
    ).toEqual({ Name: 'One', Active: '1' });
  });

  it('is told by its type where it has no topic of its own', () => {
    const event = { type: 'heart.beat', lost: true, list: [1], since: 5 } as unknown as DeviceEvent;
    expect(topicMessageOf(event)).toMatchObject({
      topic: 'sipsiren:Heart/Beat',
      isProperty: false,
      data: { Lost: '1', Since: '5' },
    });
  });

  it('is not told where it came by MQTT', () => {
    expect(topicMessageOf({ type: 'mqtt.connection', state: 'off', broker: '' })).toBeUndefined();
  });

  it('has a topic that nothing else has', () => {
    expect(new Set(EVENT_TOPICS.map(({ topic }) => topic)).size).toBe(EVENT_TOPICS.length);
  });
});

describe('a filter of events', () => {
  it.each([
    ['axis:Call/State', 'axis:Call/State', true],
    ['tnsaxis:Call/State', 'axis:Call/State', true],
    ['Call/State', 'axis:Call/State', true],
    ['axis:Call', 'axis:Call/State', false],
    ['axis:Call//.', 'axis:Call/State', true],
    ['tns1:Device//.', 'onvif:Device/axis:Status/SystemReady', true],
    ['//.', 'axis:Call/State', true],
    ['', 'axis:Call/State', true],
    ['Call/StateChange', 'axis:Call/State', false],
    ['Call/State/More//.', 'axis:Call/State', false],
  ])('%s covers %s: %s', (filter, topic, covers) => {
    expect(topicFilterCovers(filter, topic)).toBe(covers);
  });
});
