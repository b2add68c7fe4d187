import { expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { minutes, seconds } from '../base/duration.js';
import { CallerGuesses } from './caller-guesses.js';

it('blocks an address for a minute after five wrong passwords, and no other one', () => {
  const clock = new FakeClock();
  const guesses = new CallerGuesses(clock);
  const wrong = () => guesses.note('192.0.2.1');
  expect([wrong(), wrong(), wrong(), wrong()]).toEqual([false, false, false, false]);
  expect(guesses.isBlocked('192.0.2.1')).toBe(false);
  expect(wrong()).toBe(true);
  expect([guesses.isBlocked('192.0.2.1'), guesses.isBlocked('192.0.2.2')]).toEqual([true, false]);
  clock.advance(minutes(1));
  expect(guesses.isBlocked('192.0.2.1')).toBe(false);
  expect(wrong()).toBe(false);
});

it('forgives one every 20 seconds, so that a person who mistypes is not blocked', () => {
  const clock = new FakeClock();
  const guesses = new CallerGuesses(clock);
  for (let count = 0; count < 50; count++) {
    expect(guesses.note('192.0.2.1')).toBe(false);
    clock.advance(seconds(20));
  }
});

it('remembers a bounded number of addresses, the newest', () => {
  const clock = new FakeClock();
  const guesses = new CallerGuesses(clock);
  for (let count = 0; count < 5; count++) guesses.note('old');
  expect(guesses.isBlocked('old')).toBe(true);
  for (let count = 0; count < 10_000; count++) guesses.note(`10.0.${count >> 8}.${count & 255}`);
  expect(guesses.isBlocked('old')).toBe(false);
});

it('blocks an IPv6 network whose addresses take turns, but nobody in it who knew the password', () => {
  const clock = new FakeClock();
  const guesses = new CallerGuesses(clock);
  guesses.noteRight('2001:db8::beef');
  for (let count = 1; count <= 50; count++) guesses.note(`2001:db8::${count}`);
  expect(guesses.isBlocked('2001:db8::9999')).toBe(true);
  expect(guesses.isBlocked('2001:db8::beef')).toBe(false);
  expect(guesses.isBlocked('2001:db8:0:1::1')).toBe(false);
  for (let count = 0; count < 5; count++) guesses.note('2001:db8::beef');
  expect(guesses.isBlocked('2001:db8::beef')).toBe(true);
});

it('takes each IPv4 address by itself, also where it is written as IPv6', () => {
  const guesses = new CallerGuesses(new FakeClock());
  for (let count = 0; count < 100; count++) guesses.note(`::ffff:192.0.2.${count}`);
  expect(guesses.isBlocked('::ffff:192.0.2.200')).toBe(false);
});
