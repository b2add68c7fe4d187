import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds } from '../base/duration.js';
import type { CallId } from '../base/ids.js';
import type { DeviceEvent } from '../events/device-event.js';
import { accountSchema, type Account } from './account.js';
import { DtmfListener } from './dtmf-listener.js';
import { DtmfSequences } from './dtmf-sequences.js';
import { dtmfSchema } from './dtmf-settings.js';

const OFFICE = accountSchema.parse({
  id: 'office',
  mode: 'registered',
  userId: '1',
  registrar: 'pbx.example.com',
});
const DIRECT = accountSchema.parse({ id: 'direct', mode: 'peer-to-peer' });

const SETTINGS = dtmfSchema.parse({
  sequences: [
    { id: 'everybody', sequence: '1#', description: 'Alarm' },
    { id: 'office', sequence: '2#', accounts: ['office'] },
    { id: 'direct', sequence: '3#', accounts: ['peer-to-peer'] },
  ],
});

function listen(account: Account) {
  const clock = new FakeClock();
  const events: DeviceEvent[] = [];
  const sequences = new DtmfSequences(SETTINGS);
  const listener = new DtmfListener({
    identity: {
      callId: 'In-1' as CallId,
      direction: 'Incoming',
      account: account.id,
      localUri: 'sip:1001@a',
      remoteUri: 'sip:guard@b',
    },
    account,
    sequences,
    clock,
    publish: (event) => events.push(event),
  });
  const dial = (keys: string, method: 'rtp' | 'info' | 'inband' = 'rtp') => {
    for (const key of keys) {
      listener.hear(key, method, 20);
      clock.advance(milliseconds(400));
    }
  };
  const found = () =>
    events.flatMap((event) => (event.type === 'call.dtmfSequence' ? [event.sequenceId] : []));
  return { listener, clock, events, sequences, dial, found };
}

describe('the listener to the keys of a call', () => {
  it('reports each key with those before it, and a sequence behind its last key', () => {
    const { events, dial } = listen(DIRECT);
    dial('91#');
    expect(events).toMatchObject([
      { type: 'call.dtmf', digit: '9', keys: '9', callId: 'In-1' },
      { type: 'call.dtmf', digit: '1', keys: '91' },
      { type: 'call.dtmf', digit: '#', keys: '91#' },
      {
        type: 'call.dtmfSequence',
        sequenceId: 'everybody',
        sequence: '1#',
        description: 'Alarm',
        remoteUri: 'sip:guard@b',
      },
    ]);
  });

  it('knows which sequences count in the calls of an account', () => {
    const office = listen(OFFICE);
    office.dial('1#2#3#');
    expect(office.found()).toEqual(['everybody', 'office']);
    const direct = listen(DIRECT);
    direct.dial('1#2#3#');
    expect(direct.found()).toEqual(['everybody', 'direct']);
  });

  it('hears only the ways that the account is set to', () => {
    const deaf = listen({ ...DIRECT, dtmf: { rtp: false, info: true, inband: false } });
    deaf.dial('1#', 'rtp');
    deaf.dial('1#', 'inband');
    expect(deaf.events).toEqual([]);
    deaf.dial('1#', 'info');
    expect(deaf.found()).toEqual(['everybody']);
  });

  it('takes one press in two ways for one', () => {
    const { listener, events } = listen(DIRECT);
    expect(listener.hear('1', 'rtp', 20)).toBe(true);
    expect(listener.hear('1', 'info', 160)).toBe(false);
    expect(events).toHaveLength(1);
  });

  it('takes other sequences from the next key on', () => {
    const { sequences, dial, found } = listen(DIRECT);
    dial('7');
    sequences.apply(dtmfSchema.parse({ sequences: [{ id: 'new', sequence: '78' }] }));
    dial('8');
    expect(found()).toEqual(['new']);
  });
});

describe('the DTMF settings', () => {
  it('refuse a sequence twice, and what is no key', () => {
    const problem = (...sequences: string[]) =>
      dtmfSchema.safeParse({ sequences: sequences.map((sequence, index) => ({ id: `s${index}`, sequence })) })
        .success;
    expect(problem('12', 'ab#')).toBe(true);
    expect(problem('ab', 'AB')).toBe(false);
    expect(problem('12E')).toBe(false);
    expect(problem('')).toBe(false);
    expect(problem('1'.repeat(65))).toBe(false);
  });
});
