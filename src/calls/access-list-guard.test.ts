import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { RecordingLog } from '../../test/support/recording-log.js';
import { minutes, seconds } from '../base/duration.js';
import type { DnsPort } from '../sip/resolver/dns-port.js';
import { AccessGuard } from './access-list-guard.js';
import { accessListSchema } from './access-list-settings.js';

/** Name servers that a test fills, empties and unplugs. */
class ScriptedDns implements DnsPort {
  readonly hosts = new Map<string, { address: string; ttl: number }[]>();
  readonly services = new Map<string, { priority: number; weight: number; port: number; name: string }[]>();
  isDown = false;
  questions = 0;

  naptr(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  srv(name: string) {
    return this.#answer(this.services.get(name) ?? []);
  }

  a(name: string) {
    this.questions++;
    return this.#answer(this.hosts.get(name) ?? []);
  }

  aaaa() {
    return this.#answer<{ address: string; ttl: number }>([]);
  }

  #answer<Item>(items: readonly Item[]): Promise<readonly Item[]> {
    return this.isDown ? Promise.reject(new Error('no name server answers')) : Promise.resolve(items);
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function guardOf(settings: unknown) {
  const clock = new FakeClock();
  const dns = new ScriptedDns();
  const log = new RecordingLog();
  const guard = new AccessGuard({ settings: accessListSchema.parse(settings), dns, clock, log });
  return { guard, clock, dns, log };
}

const facts = (sourceAddress: string, callerUri = 'sip:a@b') => ({
  sourceAddress,
  callerUri,
  callerName: undefined,
});
const ALLOW_PBX = { enabled: true, sources: [{ id: 'pbx', source: 'pbx.example.com' }] };

describe('the guard of the access list', () => {
  it('looks names up ahead of the calls, again after their time to live, and keeps the last while DNS is away', async () => {
    const { guard, clock, dns } = guardOf(ALLOW_PBX);
    dns.hosts.set('pbx.example.com', [{ address: '192.0.2.7', ttl: 120 }]);
    expect(guard.refusalOf(facts('192.0.2.7'))).toBeDefined();
    await settle();
    expect(guard.refusalOf(facts('192.0.2.7'))).toBeUndefined();
    dns.hosts.set('pbx.example.com', [{ address: '192.0.2.8', ttl: 120 }]);
    clock.advance(seconds(121));
    await settle();
    expect(guard.refusalOf(facts('192.0.2.7'))).toBeDefined();
    expect(guard.refusalOf(facts('192.0.2.8'))).toBeUndefined();
    dns.isDown = true;
    clock.advance(minutes(10));
    await settle();
    expect(guard.refusalOf(facts('192.0.2.8'))).toBeUndefined();
    guard.close();
    expect(clock.pending).toEqual([]);
  });

  it('tries a name that is not found again soon, and knows the servers of its SRV records', async () => {
    const { guard, clock, dns, log } = guardOf(ALLOW_PBX);
    await settle();
    expect(log.lines.all.some(({ message }) => message.includes('is not found'))).toBe(true);
    dns.services.set('_sip._udp.pbx.example.com', [
      { priority: 0, weight: 0, port: 5060, name: 'edge.example.com' },
    ]);
    dns.hosts.set('edge.example.com', [{ address: '198.51.100.3', ttl: 60 }]);
    clock.advance(seconds(2));
    await settle();
    await settle();
    expect(guard.refusalOf(facts('198.51.100.3'))).toBeUndefined();
    expect(guard.addressesOf('pbx.example.com')).toEqual(['198.51.100.3']);
    guard.close();
  });

  it('asks nobody while it is off, and no more once it is closed', async () => {
    const { guard, clock, dns } = guardOf({ ...ALLOW_PBX, enabled: false });
    await settle();
    expect(dns.questions).toBe(0);
    guard.apply(accessListSchema.parse(ALLOW_PBX));
    guard.close();
    await settle();
    expect(clock.pending).toEqual([]);
  });

  it('reports a refused caller once a minute, and a scanner ten times', () => {
    const { guard, clock, log } = guardOf({
      enabled: true,
      refusal: 'silence',
      sources: [{ id: 'x', source: '1' }],
    });
    const refusals = () => log.lines.all.filter(({ message }) => message.startsWith('refused'));
    expect(guard.refusalOf(facts('192.0.2.1'))).toMatchObject({ silent: true, isReported: true });
    for (let count = 0; count < 50; count++) {
      expect(guard.refusalOf(facts('192.0.2.1'))).toMatchObject({ isReported: false });
    }
    for (let count = 0; count < 50; count++) guard.refusalOf(facts('192.0.2.2', `sip:${count}@x`));
    expect(refusals()).toHaveLength(11);
    clock.advance(minutes(1));
    expect(guard.refusalOf(facts('192.0.2.1'))).toMatchObject({ isReported: true });
    expect(refusals().at(-1)?.fields).toMatchObject({ source: '192.0.2.1', refusedBefore: 50 });
    guard.close();
  });

  it('remembers a bounded number of sources', () => {
    const { guard, clock, log } = guardOf({ enabled: true });
    for (let count = 0; count < 3_000; count++) guard.refusalOf(facts(`10.0.${count >> 8}.${count & 255}`));
    expect(log.lines.all.filter(({ message }) => message.startsWith('refused'))).toHaveLength(1_000);
    clock.advance(minutes(1));
    expect(guard.refusalOf(facts('10.9.9.9'))).toMatchObject({ isReported: true });
    guard.close();
  });

  it('warns of a list that allows nobody', () => {
    const { guard, log } = guardOf({ enabled: true });
    expect(log.lines.all).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('nobody') }),
    );
    guard.close();
  });
});
