import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../test/support/fake-clock.js';
import type { RuleId } from '../base/ids.js';
import { silentLog } from '../base/log.js';
import type { Delivery } from './delivery.js';
import { Outbox } from './outbox.js';
import { OutboxState, type OutboxRecord } from './outbox-state.js';
import { retryWait } from './retry-schedule.js';

let folder: string;
let path: string;
let gone: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-outbox-'));
  path = join(folder, 'guard.journal');
  gone = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LIMITS = { deliveries: 3, bytes: 1_000_000, deadLetters: 2 };

function openOutbox(limits = LIMITS): Promise<Outbox> {
  const onGone = ({ id }: Delivery) => gone.push(id);
  return Outbox.open({ path, limits, clock: new FakeClock(), log: silentLog, onGone });
}

function delivery(id: string): Omit<Delivery, 'sequence'> {
  const cause = { rule: 'r' as RuleId, name: 'Rule', at: 0, text: 'rule "Rule"' };
  return {
    id,
    queuedAt: 0,
    wish: { text: `text of ${id}` },
    source: { cause, device: { name: 'd', timeZone: 'UTC' } },
  };
}

const ids = (outbox: Outbox) => outbox.waiting.map(({ delivery: { id } }) => id);
const dead = (outbox: Outbox) => outbox.dead.map(({ delivery: { id } }) => id);

describe('An outbox', () => {
  it('keeps what waits, in its order and numbered, across a restart', async () => {
    const first = await openOutbox();
    for (const id of ['a', 'b', 'c']) await first.add(delivery(id));
    first.delivered('a');
    first.failed('b', 'no answer');
    await first.close();
    const second = await openOutbox();
    expect(ids(second)).toEqual(['b', 'c']);
    expect(second.first).toMatchObject({ attempts: 1, error: 'no answer', delivery: { sequence: 2 } });
    expect((await second.add(delivery('d'))).sequence).toBe(4);
    await second.close();
  });

  it('never gives a number twice, even when nothing waits', async () => {
    const first = await openOutbox();
    await first.add(delivery('a'));
    first.delivered('a');
    await first.close();
    const second = await openOutbox();
    await second.close();
    const third = await openOutbox();
    expect((await third.add(delivery('b'))).sequence).toBe(2);
    await third.close();
  });

  it('gives the oldest up when it is full, but never what is being delivered', async () => {
    const outbox = await openOutbox();
    await outbox.add(delivery('a'));
    outbox.inDelivery = 'a';
    for (const id of ['b', 'c', 'd', 'e', 'f']) await outbox.add(delivery(id));
    expect(ids(outbox)).toEqual(['a', 'e', 'f']);
    expect(dead(outbox)).toEqual(['d', 'c']);
    expect(outbox.dead[0]?.reason).toContain('the outbox is full');
    expect(gone).toEqual(['b']);
    await outbox.close();
  });

  it('tries a dead letter again after all that waits, or forgets it', async () => {
    const outbox = await openOutbox();
    for (const id of ['a', 'b']) await outbox.add(delivery(id));
    outbox.bury('a', 'refused');
    await outbox.revive('a');
    expect(ids(outbox)).toEqual(['b', 'a']);
    outbox.bury('b', 'refused');
    outbox.forget('b');
    expect(dead(outbox)).toEqual([]);
    await expect(outbox.revive('b')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await outbox.close();
    const again = await openOutbox();
    expect([ids(again), dead(again)]).toEqual([['a'], []]);
    await again.close();
  });

  it('cut off at any byte, it is what it was at some moment, with nothing promised before missing', async () => {
    const outbox = await openOutbox();
    const promised: { bytes: number; id: string }[] = [];
    for (const id of ['a', 'b']) {
      await outbox.add(delivery(id));
      promised.push({ bytes: readFileSync(path).length, id });
    }
    outbox.delivered('a');
    await outbox.close();
    const whole = readFileSync(path);
    const lastAdded = promised.at(-1)?.bytes ?? 0;
    // The journal's own test cuts at every byte; each restart here writes the file anew.
    for (let length = 0; length <= whole.length; length += length < whole.length - 3 ? 3 : 1) {
      writeFileSync(path, whole.subarray(0, length));
      const cut = await openOutbox();
      const expected = promised.filter(({ bytes }) => bytes <= length).map(({ id }) => id);
      expect(ids(cut)).toEqual(length === whole.length ? ['b'] : expected);
      await cut.close();
    }
    expect(lastAdded).toBeLessThan(whole.length);
  }, 60_000);

  it('stays small however much goes through it', async () => {
    const outbox = await openOutbox({ ...LIMITS, deliveries: 1_000 });
    const text = 'x'.repeat(10_000);
    for (let index = 0; index < 400; index++) {
      await outbox.add({ ...delivery(`n${index}`), wish: { text } });
      outbox.delivered(`n${index}`);
    }
    await outbox.close();
    expect(readFileSync(path).length).toBeLessThan(2_500_000);
    const again = await openOutbox();
    expect(again.count).toBe(0);
    await again.close();
  });
});

const someId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const someRecord: fc.Arbitrary<OutboxRecord> = fc.oneof(
  fc.tuple(someId, fc.nat(50)).map(([id, sequence]) => ({
    is: 'added' as const,
    delivery: { ...delivery(id), sequence },
  })),
  someId.map((id) => ({ is: 'failed' as const, id, at: 1, error: 'e' })),
  someId.map((id) => ({ is: 'delivered' as const, id, at: 2 })),
  someId.map((id) => ({ is: 'died' as const, id, at: 3, reason: 'r' })),
  someId.map((id) => ({ is: 'revived' as const, id })),
  someId.map((id) => ({ is: 'forgotten' as const, id })),
);

describe('The state of an outbox', () => {
  it('is the same after its summary as after all that led to it', () => {
    fc.assert(
      fc.property(fc.array(someRecord, { maxLength: 60 }), (records) => {
        const state = new OutboxState();
        for (const record of records) state.apply(record);
        const again = new OutboxState();
        for (const record of state.summary()) again.apply(JSON.parse(JSON.stringify(record)) as OutboxRecord);
        expect(again.waiting).toEqual(state.waiting);
        expect(again.dead).toEqual(state.dead);
        expect([again.sequence, again.bytes, again.lastDelivered]).toEqual([
          state.sequence,
          state.bytes,
          state.lastDelivered,
        ]);
      }),
    );
  });
});

describe('The wait between attempts', () => {
  it('doubles up to five minutes, and is never less than half of that', () => {
    expect([1, 2, 3, 20].map((attempts) => retryWait(attempts, 1))).toEqual([1_000, 2_000, 4_000, 300_000]);
    expect([1, 20].map((attempts) => retryWait(attempts, 0))).toEqual([500, 150_000]);
  });
});
