import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { MemoryNetwork } from '../../../test/support/memory-network.js';
import { milliseconds, minutes } from '../../base/duration.js';
import { cancelOf, parseNameAddress, parseUri, SipRequest, SipResponse } from '../message/index.js';
import type { Target } from '../transport/flow.js';
import { TransactionLayer } from './transaction-layer.js';
import type { ClientTransaction, TransactionUser } from './transaction.js';

/** One request and how the other side takes it. */
const plan = fc.record({
  method: fc.constantFrom('INVITE', 'INVITE', 'OPTIONS', 'BYE', 'MESSAGE'),
  protocol: fc.constantFrom('udp', 'udp', 'udp', 'tcp'),
  at: fc.nat(2_000),
  statuses: fc.constantFrom([200], [180, 200], [486], [180, 183, 603], [100, 404], [180], []),
  pause: fc.constantFrom(0, 50, 300, 5_000, 40_000),
  cancelAfter: fc.option(fc.nat(6_000)),
});

type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

/** Deterministic, so that a failing run can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

const silent: TransactionUser = {
  onRequest: () => undefined,
  isWithinDialog: () => false,
  onAck: () => undefined,
  onStrayResponse: () => undefined,
};

class Outcome {
  finals = 0;
  provisional = 0;
  transaction: ClientTransaction | undefined;
}

function requestOf(index: number, { method }: Plan): SipRequest {
  return SipRequest.create({
    method,
    uri: parseUri(`sip:${index}@192.0.2.2`),
    from: parseNameAddress('<sip:a@192.0.2.1>;tag=a'),
    to: parseNameAddress('<sip:b@192.0.2.2>'),
    callId: `call${index}`,
    sequence: 1,
  });
}

async function run(plans: readonly Plan[], seed: number) {
  const clock = new FakeClock();
  const network = new MemoryNetwork({
    clock,
    random: randomFrom(seed),
    loss: 0.3,
    duplication: 0.2,
    reordering: 0.3,
  });
  const errors: unknown[] = [];
  const options = { clock, onInternalError: (error: unknown) => void errors.push(error) };
  const client = new TransactionLayer({ ...options, transport: network.transport('192.0.2.1', 5060) });
  const server = new TransactionLayer({ ...options, transport: network.transport('192.0.2.2', 5060) });
  const later = (delay: number, action: () => void) =>
    clock.startTimer('behaviour', milliseconds(delay), action);
  let invitesAnswered = 0;

  await client.start(silent);
  await server.start({
    ...silent,
    onRequest: (transaction) => {
      const { request } = transaction;
      const reply = (status: number, to = transaction) =>
        to.respond(SipResponse.to(to.request, status, { toTag: 'b' }));
      if (request.method === 'CANCEL') {
        const invite = server.inviteTransactionOf(request);
        reply(invite ? 200 : 481);
        if (invite) reply(487, invite);
        return;
      }
      const { statuses, pause } = plans[Number(request.callId.slice('call'.length))]!;
      // An INVITE that is never answered would wait for its user for ever; here it is refused after a minute.
      const all = request.method === 'INVITE' ? [...statuses, 480] : statuses;
      all.forEach((status, position) =>
        later(position * pause + (status === 480 ? 60_000 : pause), () => reply(status)),
      );
      if (request.method === 'INVITE') invitesAnswered++;
    },
  });

  const outcomes = plans.map((item, index) => {
    const outcome = new Outcome();
    const target: Target = { protocol: item.protocol, address: '192.0.2.2', port: 5060 };
    later(item.at, () => {
      outcome.transaction = client.send(requestOf(index, item), target, {
        onResponse: ({ status }) => (status < 200 ? outcome.provisional++ : outcome.finals++),
        onTimeout: () => outcome.finals++,
        onTransportError: () => outcome.finals++,
      });
      if (item.method !== 'INVITE' || item.cancelAfter === null) return;
      later(item.cancelAfter, () => {
        if (outcome.provisional === 0 || outcome.finals > 0) return;
        const ignore = () => undefined;
        const user = { onResponse: ignore, onTimeout: ignore, onTransportError: ignore };
        client.send(cancelOf(outcome.transaction!.request), target, user);
      });
    });
    return outcome;
  });

  clock.advance(minutes(10));
  // A final response that was lost for good leaves an INVITE to its user (no timer runs in Proceeding).
  for (const { finals, transaction } of outcomes) if (finals === 0) transaction?.abandon();
  clock.advance(minutes(2));
  const counts = [client.counts, server.counts];
  const { pending } = clock;
  await client.close();
  await server.close();
  return { outcomes, counts, pending, errors, invitesAnswered };
}

describe('two transaction layers on a network that loses, doubles and reorders', () => {
  it('bring every transaction to its end and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 25 }), fc.integer(), async (plans, seed) => {
        const { outcomes, counts, pending, errors, invitesAnswered } = await run(plans, seed);
        for (const each of counts) {
          expect(each).toMatchObject({
            inviteClient: 0,
            inviteServer: 0,
            nonInviteClient: 0,
            nonInviteServer: 0,
            lingering: 0,
            shed: 0,
            malformed: 0,
          });
        }
        expect([pending, errors]).toEqual([[], []]);
        // However often an INVITE arrives, its user sees it once.
        expect(invitesAnswered).toBeLessThanOrEqual(plans.filter(({ method }) => method === 'INVITE').length);
        outcomes.forEach(({ finals }, index) => {
          if (plans[index]!.method !== 'INVITE') expect(finals).toBe(1);
        });
      }),
      { numRuns: 60 },
    );
  });
});
