import { expect, it } from '@jest/globals';
import { durationLimit } from './duration-limit.js';

const settings = { incomingCallDurationSeconds: 600, endCallsAfterSeconds: null };

it('limits an incoming call by its own setting, and one of ours not at all', () => {
  expect(durationLimit('Incoming', settings)).toEqual({
    duration: 600_000,
    detail: 'the call has lasted 600 seconds, which is the setting "incoming call duration"',
  });
  expect(durationLimit('Outgoing', settings)).toBeUndefined();
});

it('takes the shorter of two, and names it', () => {
  const both = { ...settings, endCallsAfterSeconds: 30 };
  expect(durationLimit('Incoming', both)).toMatchObject({
    duration: 30_000,
    detail: expect.stringContaining('end calls after'),
  });
  expect(durationLimit('Outgoing', both)).toMatchObject({ duration: 30_000 });
  expect(durationLimit('Incoming', { ...both, endCallsAfterSeconds: 3_600 })).toMatchObject({
    duration: 600_000,
  });
});
