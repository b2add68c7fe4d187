import { beforeEach, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { seconds } from '../base/duration.js';
import { SipsirenError } from '../base/errors.js';
import { PeerCheck } from './peer-check.js';

let clock: FakeClock;
let received: number;
let answers: (boolean | Error)[];
let asked: number;
let gone: number;
let check: PeerCheck;

beforeEach(() => {
  clock = new FakeClock();
  [received, asked, gone, answers] = [0, 0, 0, []];
  check = new PeerCheck({
    clock,
    silence: seconds(30),
    ask: () => {
      asked++;
      const answer = answers.shift() ?? true;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    received: () => received,
    onGone: () => gone++,
  });
});

/** Lets the answers arrive. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

it('a peer that is there keeps its call, and is asked more and more seldom while it stays silent', async () => {
  check.start();
  await settle();
  expect([asked, gone]).toEqual([1, 0]);
  const pauses = [60, 120, 240, 300, 300];
  for (const [index, pause] of pauses.entries()) {
    clock.advance(seconds(pause - 1));
    expect(asked).toBe(index + 1);
    clock.advance(seconds(1));
    await settle();
    expect(asked).toBe(index + 2);
  }
  check.close();
  expect(clock.pending).toEqual([]);
});

it('a peer that is gone ends its call, once', async () => {
  answers = [true, false];
  check.start();
  await settle();
  clock.advance(seconds(60));
  await settle();
  check.start();
  await settle();
  expect([asked, gone]).toEqual([2, 1]);
  expect(clock.pending).toEqual([]);
});

it('a peer that sends again is left alone until it falls silent again', async () => {
  check.start();
  await settle();
  received = 7;
  clock.advance(seconds(60));
  await settle();
  expect([asked, clock.pending]).toEqual([1, []]);
  check.start();
  await settle();
  expect(asked).toBe(2);
  check.close();
});

it('a peer that does not answer is asked a second time before its call ends', async () => {
  const away = new SipsirenError('TIMEOUT', 'No response came in time.');
  answers = [away, true, away, away];
  check.start();
  await settle();
  expect([asked, gone]).toEqual([1, 0]);
  for (const pause of [30, 60, 30]) {
    clock.advance(seconds(pause));
    await settle();
  }
  expect([asked, gone]).toEqual([4, 1]);
  expect(clock.pending).toEqual([]);
});

it('a question that fails says nothing about the peer', async () => {
  answers = [new Error('no port')];
  check.start();
  await settle();
  expect(gone).toBe(0);
  check.close();
  expect(clock.pending).toEqual([]);
});

it('an answer that comes when the call is over changes nothing', async () => {
  answers = [false];
  check.start();
  expect(check.isAsking).toBe(true);
  check.close();
  await settle();
  expect([gone, check.isAsking]).toEqual([0, false]);
});
