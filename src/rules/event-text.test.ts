import { describe, expect, it } from '@jest/globals';
import { EVENT_EXAMPLES } from './event-examples.js';
import { eventText } from './event-text.js';

describe('What happened, in words', () => {
  it('is said of every event that a condition waits for', () => {
    for (const event of Object.values(EVENT_EXAMPLES)) {
      expect(eventText(event)).toMatch(/^\S.*\S$/);
      expect(eventText(event)).not.toBe(`${event.type} came`);
    }
  });

  it('names who called whom, whichever side began', () => {
    const call = EVENT_EXAMPLES['call.state']!;
    expect(eventText(call)).toBe('the call from guard to 1003 became active');
    expect(eventText({ ...call, direction: 'Outgoing', state: 'Idle' })).toBe(
      'the call from 1003 to guard was over',
    );
  });
});
