import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  deadlineOf,
  intervalAsClient,
  intervalAsServer,
  SHORTEST_SESSION,
  type AskedInterval,
  type SessionTimerSettings,
} from './session-interval.js';

const SETTINGS: SessionTimerSettings = { mode: 'supported', interval: 1_800, minimum: 90 };
const NOTHING: AskedInterval = {
  isSupported: true,
  seconds: undefined,
  refresher: undefined,
  minimum: undefined,
};

describe('What is agreed as server (RFC 4028 table 2)', () => {
  it.each([
    ['caller without timers that asks nothing', { isSupported: false }, undefined],
    [
      'proxy for a caller without timers',
      { isSupported: false, seconds: 600 },
      { seconds: 600, isOurs: true },
    ],
    ['caller that leaves it to us', { seconds: 600 }, { seconds: 600, isOurs: true }],
    ['caller that wants to refresh', { seconds: 600, refresher: 'uac' }, { seconds: 600, isOurs: false }],
    ['caller that wants us to refresh', { seconds: 600, refresher: 'uas' }, { seconds: 600, isOurs: true }],
    ['caller that knows timers and asks nothing', {}, { seconds: 1_800, isOurs: true }],
    ['caller that asks for more than we want', { seconds: 7_200 }, { seconds: 1_800, isOurs: true }],
    ['caller that must not have less', { seconds: 7_200, minimum: 3_600 }, { seconds: 3_600, isOurs: true }],
    ['caller that asks for too little', { seconds: 60 }, 'too small'],
    [
      'proxy that asks too little for a caller without timers',
      { isSupported: false, seconds: 60 },
      undefined,
    ],
  ] as [string, Partial<AskedInterval>, unknown][])('with a %s', (_who, asked, agreed) => {
    expect(intervalAsServer(SETTINGS, { ...NOTHING, ...asked }, undefined)).toEqual(agreed);
  });

  it('required, a caller without timers is refreshed by us', () => {
    const settings: SessionTimerSettings = { ...SETTINGS, mode: 'required' };
    expect(intervalAsServer(settings, { ...NOTHING, isSupported: false }, undefined)).toEqual({
      seconds: 1_800,
      isOurs: true,
    });
  });

  it('off, nothing is agreed', () => {
    expect(intervalAsServer({ ...SETTINGS, mode: 'off' }, { ...NOTHING, seconds: 600 }, undefined)).toBe(
      undefined,
    );
  });

  it('keeps the roles when a later request says nothing', () => {
    const current = { seconds: 600, isOurs: false };
    expect(intervalAsServer(SETTINGS, NOTHING, current)).toEqual(current);
  });

  it('never gives more than is asked, nor less than is allowed', () => {
    const asked = fc.record({
      isSupported: fc.boolean(),
      seconds: fc.integer({ min: 0, max: 100_000 }),
      refresher: fc.constantFrom('uac', 'uas', undefined),
      minimum: fc.option(fc.integer({ min: 90, max: 100_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(asked, fc.integer({ min: 90, max: 3_600 }), (given, minimum) => {
        const agreed = intervalAsServer({ ...SETTINGS, minimum }, given, undefined);
        if (agreed === undefined) expect(given.seconds).toBeLessThan(SHORTEST_SESSION);
        else if (agreed === 'too small') expect(given.seconds).toBeLessThan(minimum);
        else {
          expect(agreed.seconds).toBeLessThanOrEqual(given.seconds);
          expect(agreed.seconds).toBeGreaterThanOrEqual(SHORTEST_SESSION);
        }
      }),
    );
  });
});

describe('What is agreed as client', () => {
  it.each([
    ['supported', undefined, undefined],
    ['required', undefined, { seconds: 1_800, isOurs: true }],
    ['supported', { seconds: 600, refresher: 'uac' }, { seconds: 600, isOurs: true }],
    ['supported', { seconds: 600, refresher: 'uas' }, { seconds: 600, isOurs: false }],
    ['supported', { seconds: 600, refresher: undefined }, { seconds: 600, isOurs: true }],
    ['supported', { seconds: 1, refresher: 'uac' }, { seconds: 20, isOurs: true }],
    ['off', { seconds: 600, refresher: 'uac' }, undefined],
  ] as const)('%s, with %j', (mode, said, agreed) => {
    expect(intervalAsClient({ ...SETTINGS, mode }, said)).toEqual(agreed);
  });
});

describe('The deadline', () => {
  it.each([
    [{ seconds: 1_800, isOurs: true }, 900],
    [{ seconds: 1_800, isOurs: false }, 1_768],
    [{ seconds: 90, isOurs: false }, 60],
  ])('of %j is after %i s', (interval, deadline) => {
    expect(deadlineOf(interval)).toBe(deadline);
  });
});
