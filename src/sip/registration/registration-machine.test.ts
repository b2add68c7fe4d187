import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseUri } from '../message/index.js';
import {
  hasGivenUp,
  nextRegistration,
  type RegistrationInput,
  type RegistrationProblem,
  type RegistrationState,
} from './registration-machine.js';

const NOW = { now: 1_000_000, chance: 0 };
const EFFORT = { interval: 3_600, limit: 0, busy: true, failures: 0, redirects: 0, losses: 0 };
const IDLE = { ...EFFORT, busy: false };
const FORBIDDEN: RegistrationProblem = { kind: 'refused', status: 403, reason: 'Forbidden' };
const SILENT: RegistrationProblem = { kind: 'unreachable', reason: 'Nobody answered.' };

const UNREGISTERED: RegistrationState = { kind: 'unregistered' };
const UNREGISTERING: RegistrationState = { kind: 'unregistering' };
const REGISTERING: RegistrationState = { kind: 'registering', ...EFFORT };
const FLOW = { expiresAt: 2_000_000, since: 500_000, isFlowLost: false };
const REGISTERED: RegistrationState = { kind: 'registered', ...FLOW, ...IDLE };
const REFRESHING: RegistrationState = { kind: 'registered', ...FLOW, ...EFFORT };
const FRESH: RegistrationState = { ...REGISTERED, since: 990_000, losses: 1 };
const LOST: RegistrationState = { ...REFRESHING, isFlowLost: true };
const TRYING: RegistrationState = { ...SILENT, ...EFFORT, limit: 3, failures: 2 };
const GIVEN_UP: RegistrationState = { ...SILENT, ...IDLE, limit: 3, failures: 3 };
const REFUSED: RegistrationState = { ...FORBIDDEN, ...IDLE, failures: 2 };
const RETRYING: RegistrationState = { ...FORBIDDEN, ...EFFORT, failures: 2 };

const ANSWERS: readonly string[] = ['granted', 'simpler', 'too brief', 'redirected', 'failed'];

const elsewhere = parseUri('sip:other.example.com');

const SAMPLES: Readonly<Record<string, RegistrationInput>> = {
  start: { type: 'start', interval: 3_600, limit: 0 },
  stop: { type: 'stop' },
  'refresh now': { type: 'refresh now' },
  probe: { type: 'probe' },
  'flow lost': { type: 'flow lost' },
  simpler: { type: 'simpler' },
  'granted elsewhere': { type: 'granted', seconds: 600, isMoved: true },
  distrust: { type: 'failed', problem: { kind: 'untrusted', reason: 'Expired.' } },
  'timer attempt': { type: 'timer attempt' },
  'timer expiry': { type: 'timer expiry' },
  'timer deadline': { type: 'timer deadline' },
  granted: { type: 'granted', seconds: 600 },
  'granted nothing': { type: 'granted', seconds: 0 },
  'too brief': { type: 'too brief', minimum: 7_200 },
  'too brief without minimum': { type: 'too brief', minimum: undefined },
  'too brief with a lower minimum': { type: 'too brief', minimum: 60 },
  redirected: { type: 'redirected', to: elsewhere, status: 302, reason: 'Moved' },
  'redirected nowhere': { type: 'redirected', to: undefined, status: 302, reason: 'Moved' },
  forbidden: { type: 'failed', problem: FORBIDDEN },
  silence: { type: 'failed', problem: SILENT, retryAfter: 90_000 },
};

/** What a step comes to, in short. */
const step = (state: RegistrationState, sample: string) => {
  const { state: next, effects } = nextRegistration(state, SAMPLES[sample]!, NOW);
  return [
    next.kind,
    ...effects.map((effect) => {
      if (effect.type === 'start timer') return `${effect.timer} in ${effect.delay / 1_000} s`;
      return effect.type === 'register'
        ? `register ${effect.interval}${effect.to ? ' elsewhere' : ''}`
        : effect.type;
    }),
  ];
};

type Row = readonly [name: string, state: RegistrationState, sample: string, outcome: readonly string[]];

const FAREWELL = ['unregistering', 'stop timers', 'abandon', 'unregister', 'deadline in 2 s'];
const GOODBYE = ['unregistered', 'stop timers', 'abandon', 'stopped'];

const ROWS: readonly Row[] = [
  ['unregistered', UNREGISTERED, 'start', ['registering', 'register 3600']],
  ['unregistered', UNREGISTERED, 'stop', ['unregistered', 'stopped']],
  ['unregistered', UNREGISTERED, 'refresh now', ['unregistered']],
  ['unregistered', UNREGISTERED, 'granted', ['unregistered']],
  ['registering', REGISTERING, 'start', ['registering']],
  ['registering', REGISTERING, 'refresh now', ['registering']],
  ['registering', REGISTERING, 'stop', FAREWELL],
  ['registering', REGISTERING, 'granted', ['registered', 'expiry in 600 s', 'attempt in 300 s']],
  ['registering', REGISTERING, 'granted nothing', ['refused', 'attempt in 15 s']],
  ['registering', REGISTERING, 'too brief', ['registering', 'register 7200']],
  ['registering', REGISTERING, 'too brief without minimum', ['refused', 'attempt in 15 s']],
  ['registering', REGISTERING, 'too brief with a lower minimum', ['refused', 'attempt in 15 s']],
  ['registering', REGISTERING, 'redirected', ['registering', 'register 3600 elsewhere']],
  ['registering', REGISTERING, 'redirected nowhere', ['refused', 'attempt in 15 s']],
  [
    'registering, redirected thrice',
    { ...REGISTERING, redirects: 3 },
    'redirected',
    ['refused', 'attempt in 15 s'],
  ],
  ['registering', REGISTERING, 'forbidden', ['refused', 'attempt in 15 s']],
  ['registering', REGISTERING, 'silence', ['unreachable', 'attempt in 90 s']],
  ['registered', REGISTERED, 'timer attempt', ['registered', 'register 3600']],
  ['registered', REGISTERED, 'refresh now', ['registered', 'register 3600']],
  ['registered', REGISTERED, 'timer expiry', ['unreachable']],
  ['registered', REGISTERED, 'granted', ['registered']],
  ['registered', REGISTERED, 'stop', FAREWELL],
  ['refreshing', REFRESHING, 'forbidden', ['registered', 'attempt in 15 s']],
  ['refreshing', REFRESHING, 'silence', ['registered', 'attempt in 90 s']],
  ['refreshing', REFRESHING, 'timer attempt', ['registered']],
  ['refreshing', REFRESHING, 'timer expiry', ['unreachable']],
  ['refreshing', REFRESHING, 'granted', ['registered', 'expiry in 600 s', 'attempt in 300 s']],
  ['refused', REFUSED, 'timer attempt', ['refused', 'register 3600']],
  ['refused', REFUSED, 'timer expiry', ['refused']],
  ['refused', REFUSED, 'stop', GOODBYE],
  ['retrying', RETRYING, 'forbidden', ['refused', 'attempt in 60 s']],
  ['retrying', RETRYING, 'silence', ['unreachable', 'attempt in 90 s']],
  ['retrying', RETRYING, 'granted', ['registered', 'expiry in 600 s', 'attempt in 300 s']],
  ['retrying', RETRYING, 'stop', FAREWELL],
  ['registering', REGISTERING, 'distrust', ['untrusted', 'attempt in 5 s']],
  ['registering', REGISTERING, 'simpler', ['registering', 'register 3600']],
  ['registering', REGISTERING, 'flow lost', ['registering']],
  ['registering', REGISTERING, 'granted elsewhere', ['registered', 'expiry in 600 s', 'register 3600']],
  [
    'registering, moved thrice',
    { ...REGISTERING, redirects: 3 },
    'granted elsewhere',
    ['registered', 'expiry in 600 s', 'attempt in 300 s'],
  ],
  ['registered', REGISTERED, 'flow lost', ['registered', 'register 3600']],
  ['registered for a moment', FRESH, 'flow lost', ['registered', 'attempt in 1 s']],
  ['refreshing', REFRESHING, 'flow lost', ['registered']],
  ['refreshing after a loss', LOST, 'silence', ['unreachable', 'attempt in 90 s']],
  ['refreshing after a loss', LOST, 'granted', ['registered', 'expiry in 600 s', 'attempt in 300 s']],
  ['trying for the last time', TRYING, 'silence', ['unreachable']],
  ['trying for the last time', TRYING, 'forbidden', ['refused', 'attempt in 60 s']],
  ['given up', GIVEN_UP, 'probe', ['unreachable', 'register 3600']],
  ['given up', GIVEN_UP, 'refresh now', ['unreachable', 'register 3600']],
  ['given up', GIVEN_UP, 'flow lost', ['unreachable']],
  ['given up', GIVEN_UP, 'stop', GOODBYE],
  ['unregistering', UNREGISTERING, 'simpler', GOODBYE],
  ['unregistering', UNREGISTERING, 'granted', GOODBYE],
  ['unregistering', UNREGISTERING, 'forbidden', GOODBYE],
  ['unregistering', UNREGISTERING, 'timer deadline', GOODBYE],
  ['unregistering', UNREGISTERING, 'start', ['unregistering']],
  ['unregistering', UNREGISTERING, 'stop', ['unregistering']],
];

describe('registration machine', () => {
  it.each(ROWS)('%s: %j at %s', (_name, state, sample, outcome) => {
    expect(step(state, sample)).toEqual(outcome);
  });

  it('keeps what went wrong with a refresh and says so when the binding ends', () => {
    const failed = nextRegistration(REFRESHING, SAMPLES['forbidden']!, NOW).state;
    expect(failed).toMatchObject({ kind: 'registered', problem: FORBIDDEN });
    expect(nextRegistration(failed, SAMPLES['timer expiry']!, NOW).state).toMatchObject(FORBIDDEN);
  });

  it('forgets what failed when a person asks, and not when it only probes', () => {
    expect(nextRegistration(GIVEN_UP, SAMPLES['refresh now']!, NOW).state).toMatchObject({ failures: 0 });
    const probing = nextRegistration(GIVEN_UP, SAMPLES['probe']!, NOW).state;
    expect(hasGivenUp(probing)).toBe(false);
    expect(hasGivenUp(nextRegistration(probing, SAMPLES['silence']!, NOW).state)).toBe(true);
  });

  it('counts the flows that break as soon as they are made, and forgives one that lived', () => {
    const losses = (state: RegistrationState) =>
      nextRegistration(state, SAMPLES['flow lost']!, NOW).state as { losses: number };
    expect([losses(FRESH).losses, losses({ ...FRESH, since: 100_000 }).losses]).toEqual([2, 1]);
  });

  it('always has something to wait for, and ends when it is stopped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Object.keys(SAMPLES)), { maxLength: 40 }),
        fc.nat(3),
        (names, limit) => {
          const world: { state: RegistrationState; busy: boolean } = { state: UNREGISTERED, busy: false };
          const timers = new Set<string>();
          const take = (input: RegistrationInput) => {
            if (input.type.startsWith('timer')) timers.delete(input.type.slice('timer '.length));
            const next = nextRegistration(world.state, input, NOW);
            if (ANSWERS.includes(input.type)) world.busy = false;
            for (const effect of next.effects) {
              if (effect.type === 'register' || effect.type === 'unregister') world.busy = true;
              if (effect.type === 'abandon' && next.state.kind === 'unregistered') world.busy = false;
              if (effect.type === 'start timer') timers.add(effect.timer);
              if (effect.type === 'stop timers') timers.clear();
            }
            world.state = next.state;
          };
          for (const name of names) {
            const input = SAMPLES[name]!;
            const isAnswer = ANSWERS.includes(input.type);
            const isTimer = input.type.startsWith('timer');
            // Answers come to what was asked, and timers fire that run.
            if ((isAnswer && !world.busy) || (isTimer && !timers.has(input.type.slice('timer '.length))))
              continue;
            take(input.type === 'start' ? { ...input, limit } : input);
            if (world.state.kind !== 'unregistered')
              expect(world.busy || timers.has('attempt') || hasGivenUp(world.state)).toBe(true);
            else expect(timers.size).toBe(0);
          }
          take({ type: 'stop' });
          if (world.state.kind === 'unregistering') take({ type: 'timer deadline' });
          expect([world.state.kind, timers.size]).toEqual(['unregistered', 0]);
        },
      ),
    );
  });
});
