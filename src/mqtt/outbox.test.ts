import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Outbox, type OutgoingMessage } from './outbox.js';

const event = (payload: string): OutgoingMessage => ({ topic: 't', payload, qos: 0, retain: false });
const state = (about: string, payload: string): OutgoingMessage => ({ ...event(payload), about });

function takeAll(outbox: Outbox): string[] {
  const taken: string[] = [];
  for (let next = outbox.take(); next; next = outbox.take()) taken.push(next.payload);
  return taken;
}

describe('what waits for the broker', () => {
  it('goes in its order, of a state only the latest, at the place of its last change', () => {
    const outbox = new Outbox();
    outbox.add(event('1'));
    outbox.add(state('door', 'open'));
    outbox.add(event('2'));
    outbox.add(state('lamp', 'on'));
    outbox.add(state('door', 'closed'));
    outbox.add(event('3'));
    expect(outbox.messages).toBe(5);
    expect(takeAll(outbox)).toEqual(['1', '2', 'on', 'closed', '3']);
    expect(outbox).toMatchObject({ messages: 0, bytes: 0, dropped: 0 });
  });

  it('is given up from the oldest on where too much waits, states apart from the rest', () => {
    const outbox = new Outbox({ messages: 3, bytes: 1_000 });
    for (let count = 1; count <= 10; count++) outbox.add(event(`${count}`));
    for (const about of ['a', 'b', 'c', 'd']) outbox.add(state(about, about));
    expect(outbox.dropped).toBe(8);
    expect(takeAll(outbox)).toEqual(['8', '9', '10', 'b', 'c', 'd']);
    outbox.add(event('x'.repeat(600)));
    outbox.add(event('y'.repeat(600)));
    expect(takeAll(outbox)).toEqual(['y'.repeat(600)]);
  });

  it('takes back what could not be sent, but no state of which something newer is known', () => {
    const outbox = new Outbox();
    outbox.add(event('2'));
    outbox.putBack(event('1'));
    outbox.add(state('door', 'closed'));
    outbox.putBack(state('door', 'open'));
    outbox.putBack(state('lamp', 'on'));
    expect(takeAll(outbox).sort()).toEqual(['1', '2', 'closed', 'on']);
  });

  it('never holds more than it may, whatever comes', () => {
    const message = fc.record({
      payload: fc.string({ maxLength: 50 }),
      about: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const outbox = new Outbox({ messages: 4, bytes: 120 });
        for (const { payload, about } of messages) {
          outbox.add(about === undefined ? event(payload) : state(about, payload));
          expect(outbox.messages).toBeLessThanOrEqual(8);
          expect(outbox.bytes).toBeLessThanOrEqual(240);
        }
        const waiting = outbox.messages;
        expect(takeAll(outbox)).toHaveLength(waiting);
        expect(outbox.bytes).toBe(0);
      }),
    );
  });
});
