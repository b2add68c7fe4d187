import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextCallStep, type CallInput, type CallPhase } from './call-machine.js';

/** Runs inputs from a new call and writes down the effects, one word each. */
function story(...inputs: CallInput[]): { phase: CallPhase; told: string[] } {
  let phase: CallPhase = 'new';
  const told: string[] = [];
  for (const input of inputs) {
    const step = nextCallStep(phase, input);
    phase = step.phase;
    for (const effect of step.effects) {
      if (effect.kind === 'reportState') told.push(effect.state);
      else if (effect.kind === 'reportChange') told.push(effect.reason);
      else if (effect.kind === 'sendReject') told.push(`reject ${effect.status}`);
      else told.push(effect.kind);
    }
  }
  return { phase, told };
}

const byRemote: CallInput = { kind: 'end', end: { by: 'remote' } };
const refusedWith = (status: number): CallInput => ({ kind: 'end', end: { by: 'failure', status } });

describe('an incoming call', () => {
  it('is answered at once and ends when the caller hangs up', () => {
    expect(story({ kind: 'answer' }, byRemote)).toEqual({
      phase: 'ended',
      told: [
        'sendAccept',
        'startLimit',
        'AcceptedByDevice',
        'Active',
        'stopLimit',
        'Terminated',
        'Idle',
        'release',
      ],
    });
  });

  it('rings until a person answers', () => {
    expect(story({ kind: 'ring' }, { kind: 'answer' }).told).toEqual([
      'sendRinging',
      'startWaiting',
      'Ringing',
      'stopWaiting',
      'sendAccept',
      'startLimit',
      'AcceptedByDevice',
      'Active',
    ]);
  });

  it('is given up when the caller cancels while it rings', () => {
    expect(story({ kind: 'ring' }, byRemote).told.slice(3)).toEqual([
      'stopWaiting',
      'NoAnswer',
      'Idle',
      'release',
    ]);
  });

  it('is refused with 480 when nobody answers within the calling timeout', () => {
    expect(story({ kind: 'ring' }, { kind: 'timeout' }).told.slice(3)).toEqual([
      'stopWaiting',
      'reject 480',
      'NoAnswer',
      'Idle',
      'release',
    ]);
  });

  it('goes straight to Idle when admission denies it', () => {
    expect(story({ kind: 'deny', status: 403, detail: 'not allowed' })).toEqual({
      phase: 'ended',
      told: ['reject 403', 'Denied', 'Idle', 'release'],
    });
  });

  it('fails with the status of what is wrong with its media', () => {
    expect(story({ kind: 'fail', status: 488, detail: 'no common codec' }).told).toEqual([
      'reject 488',
      'Failed',
      'Idle',
      'release',
    ]);
  });
});

describe('a call of ours', () => {
  const dialled: CallInput = { kind: 'dial' };

  it('is active once the peer has answered, and we hang up', () => {
    expect(story(dialled, { kind: 'answered' }, { kind: 'hangUp', detail: 'done' }).told).toEqual([
      'startWaiting',
      'Initiated',
      'Calling',
      'stopWaiting',
      'startLimit',
      'AcceptedByRemote',
      'Active',
      'stopLimit',
      'sendEnd',
      'Terminated',
      'Idle',
      'release',
    ]);
  });

  it.each([
    [486, 'Busy'],
    [600, 'Busy'],
    [480, 'NoAnswer'],
    [408, 'NoAnswer'],
    [404, 'Failed'],
    [603, 'Failed'],
  ] as const)('that is refused with %i ends as %s', (status, reason) => {
    expect(story(dialled, refusedWith(status)).told.slice(3)).toEqual([
      'stopWaiting',
      reason,
      'Idle',
      'release',
    ]);
  });

  it('is taken back after the calling timeout', () => {
    expect(story(dialled, { kind: 'timeout' }).told.slice(3)).toEqual([
      'stopWaiting',
      'sendEnd',
      'NoAnswer',
      'Idle',
      'release',
    ]);
  });
});

it.each([
  [{ by: 'remote' }, 'the other side hung up'],
  [{ by: 'remote', status: 200, reason: 'hung up by hand' }, 'hung up by hand'],
  [{ by: 'failure', status: 486, reason: 'Busy Here' }, '486 Busy Here'],
  [{ by: 'timeout' }, 'no answer came in time'],
] as const)('an end of %o is told as "%s"', (end, detail) => {
  const { effects } = nextCallStep('calling', { kind: 'end', end });
  expect(effects.find((effect) => effect.kind === 'reportChange')).toMatchObject({ detail });
});

it('whatever happens, a call is released once, after it reported Idle, and nothing follows', () => {
  const input = fc.constantFrom<CallInput[]>(
    { kind: 'ring' },
    { kind: 'answer' },
    { kind: 'deny', status: 403, detail: '' },
    { kind: 'fail', status: 488, detail: '' },
    { kind: 'dial' },
    { kind: 'answered' },
    { kind: 'timeout' },
    { kind: 'hangUp', detail: '' },
    byRemote,
    refusedWith(486),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 12 }), (inputs) => {
      const { phase, told } = story(...inputs);
      const released = told.indexOf('release');
      expect(released === -1).toBe(phase !== 'ended');
      if (released !== -1) {
        expect(told.slice(released)).toEqual(['release']);
        expect(told[released - 1]).toBe('Idle');
      }
      expect(told.filter((word) => word === 'Active').length).toBeLessThanOrEqual(1);
      if (phase === 'ended') {
        const count = (word: string) => told.filter((one) => one === word).length;
        expect(count('stopWaiting')).toBe(count('startWaiting'));
        expect(count('stopLimit')).toBe(count('startLimit'));
      }
    }),
  );
});
