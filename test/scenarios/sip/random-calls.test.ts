import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { milliseconds, minutes, seconds } from '../../../src/base/duration.js';
import {
  SipEndpoint,
  type IncomingInvite,
  type OutgoingInvite,
  type Session,
  type SipEndpointOptions,
} from '../../../src/sip/index.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryNetwork } from '../../support/memory-network.js';

/** How one call goes: what each side does, and when, in milliseconds after it began or came in. */
type Script = {
  readonly startsAt: number;
  readonly answer: 'accept' | 'ring and accept' | 'early media' | 'reject' | 'never' | 'late offer';
  readonly answersAfter: number;
  readonly callerEndsAfter: number;
  readonly calleeEndsAfter: number;
  readonly reinvites: 'nobody' | 'caller' | 'callee' | 'both';
  readonly reinvitesAfter: number;
  /** What else is sent within the call, and by whom. */
  readonly sends: 'nothing' | 'update' | 'update with offer' | 'key' | 'question';
  readonly sentBy: 'caller' | 'callee' | 'both';
  readonly sendsAfter: number;
};

/** What happens on the wire of one run. */
type Weather = {
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  readonly protocol: 'udp' | 'tcp';
};

const CALLS_IN_ALL = 10_000;
const CALLS_PER_RUN = 200;

/** A generator of its own, so that a seed of fast-check repeats the whole run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function scriptOf(random: () => number): Script {
  const pick = <Item>(...items: Item[]): Item => items[Math.floor(random() * items.length)]!;
  return {
    startsAt: random() * 5_000,
    answer: pick('accept', 'accept', 'ring and accept', 'early media', 'reject', 'never', 'late offer'),
    answersAfter: pick(0, random() * 100, random() * 3_000),
    callerEndsAfter: pick(0, random() * 20, random() * 1_000, random() * 60_000),
    calleeEndsAfter: pick(random() * 20, random() * 1_000, random() * 60_000, 90_000),
    reinvites: pick('nobody', 'nobody', 'caller', 'callee', 'both'),
    reinvitesAfter: random() * 2_000,
    sends: pick('nothing', 'nothing', 'update', 'update with offer', 'key', 'question'),
    sentBy: pick('caller', 'callee', 'both'),
    sendsAfter: pick(random() * 100, random() * 2_000, random() * 60_000),
  };
}

type Wishes = Pick<SipEndpointOptions, 'sessionTimers' | 'reliableProvisional'>;

/** The extensions of both sides: sessions so short that they are refreshed within the run. */
function extensionsOf(random: () => number): readonly [Wishes, Wishes] {
  const pick = <Item>(...items: Item[]): Item => items[Math.floor(random() * items.length)]!;
  const areReliable = random() < 0.8;
  const wishes = (): Wishes => ({
    sessionTimers: {
      mode: pick('off', 'supported', 'required'),
      interval: seconds(90 + Math.floor(random() * 60)),
    },
    // One that needs them has no calls with one that has none.
    reliableProvisional: areReliable ? pick('supported', 'required') : 'off',
  });
  return [wishes(), wishes()];
}

class Run {
  readonly clock = new FakeClock();
  readonly caller: SipEndpoint;
  readonly callee: SipEndpoint;
  readonly ends: string[] = [];
  began = 0;
  confirmed = 0;
  readonly #scripts: readonly Script[];
  readonly #protocol: 'udp' | 'tcp';

  constructor(seed: number, weather: Weather) {
    const random = mulberry(seed);
    const { clock } = this;
    const [ofCaller, ofCallee] = extensionsOf(random);
    const network = new MemoryNetwork({ clock, random, ...weather });
    this.#protocol = weather.protocol;
    this.caller = new SipEndpoint({
      clock,
      transport: network.transport('10.0.0.1', 5060),
      ...ofCaller,
    });
    this.callee = new SipEndpoint({
      clock,
      transport: network.transport('10.0.0.2', 5060),
      ...ofCallee,
    });
    this.#scripts = Array.from({ length: CALLS_PER_RUN }, () => scriptOf(random));
  }

  async start(): Promise<void> {
    await Promise.all([this.caller.start(), this.callee.start()]);
    this.callee.onInvite = (call) => this.#receive(call);
    this.#scripts.forEach((script, index) => {
      this.#after(script.startsAt, () => this.#place(script, index));
    });
  }

  #place(script: Script, index: number): void {
    const call = this.caller.invite({
      to: `sip:${index}@10.0.0.2;transport=${this.#protocol}`,
      from: 'sip:caller@10.0.0.1',
      timeout: minutes(1),
      ...(script.answer === 'late offer' ? {} : { body: 'offer' }),
    });
    this.#follow(call, `caller ${index}`);
    this.#after(script.callerEndsAfter, () => call.end());
    if (script.reinvites !== 'callee' && script.reinvites !== 'nobody') this.#reinviteLater(call, script);
    if (script.sentBy !== 'callee') this.#sendLater(call, script);
  }

  #receive(call: IncomingInvite): void {
    const index = call.request.uri.kind === 'sip' ? Number(call.request.uri.user) : -1;
    const script = this.#scripts[index]!;
    this.#follow(call, `callee ${index}`);
    if (script.answer === 'ring and accept') call.progress(180);
    if (script.answer === 'early media') call.progress(183, { body: 'answer' });
    this.#after(script.answersAfter, () => {
      if (script.answer === 'reject') call.reject(486);
      else if (script.answer !== 'never') call.accept({ body: 'answer' });
    });
    this.#after(script.calleeEndsAfter, () => call.end());
    if (script.reinvites !== 'caller' && script.reinvites !== 'nobody') this.#reinviteLater(call, script);
    if (script.sentBy !== 'caller') this.#sendLater(call, script);
  }

  #follow(call: Session | OutgoingInvite, name: string): void {
    this.began += 1;
    call.onConfirm = () => (this.confirmed += 1);
    call.onOffer = () => ({ status: 200, body: 'answer' });
    call.onEnd = () => this.ends.push(name);
  }

  #reinviteLater(call: Session, script: Script): void {
    this.#after(script.reinvitesAfter, () => {
      call.reinvite('offer again').then(
        () => undefined,
        () => undefined,
      );
    });
  }

  #sendLater(call: Session, { sends, sendsAfter }: Script): void {
    if (sends === 'nothing') return;
    this.#after(sendsAfter, () => {
      this.#send(call, sends).then(
        () => undefined,
        () => undefined,
      );
    });
  }

  #send(call: Session, what: Exclude<Script['sends'], 'nothing'>): Promise<unknown> {
    switch (what) {
      case 'update':
        return call.update();
      case 'update with offer':
        return call.update('offer by update');
      case 'key':
        return call.info('Signal=1', 'application/dtmf-relay');
      case 'question':
        return call.isAlive();
    }
  }

  #after(delay: number, action: () => void): void {
    this.clock.startTimer('script', milliseconds(delay), action);
  }
}

describe('Two agents with random calls between them', () => {
  it('end every call exactly once on both sides and leave nothing over, whatever the network does', async () => {
    const weather = fc.record({
      loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
      duplication: fc.double({ min: 0, max: 0.3, noNaN: true }),
      reordering: fc.double({ min: 0, max: 0.3, noNaN: true }),
      protocol: fc.constantFrom('udp' as const, 'udp' as const, 'tcp' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer(), weather, async (seed, conditions) => {
        const run = new Run(seed, conditions);
        await run.start();
        run.clock.advance(minutes(10));
        expect(run.ends).toHaveLength(run.began);
        expect(new Set(run.ends).size).toBe(run.began);
        expect(run.confirmed).toBeGreaterThan(0);
        for (const { counts } of [run.caller, run.callee]) {
          expect(counts).toMatchObject({ sessions: 0, requests: 0, faults: 0 });
          expect(counts.transactions).toMatchObject({
            inviteClient: 0,
            inviteServer: 0,
            nonInviteClient: 0,
            nonInviteServer: 0,
          });
        }
        expect(run.clock.pending).toEqual([]);
        await Promise.all([run.caller.close(), run.callee.close()]);
      }),
      { numRuns: CALLS_IN_ALL / CALLS_PER_RUN },
    );
  }, 120_000);
});
