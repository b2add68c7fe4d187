import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DnsResponder, type ZoneRecord } from '../../../test/support/dns-responder.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../../base/duration.js';
import { isSipUri, parseUri, type SipUri } from '../message/index.js';
import type { Target, TransportProtocol } from '../transport/flow.js';
import { SystemDns } from './system-dns.js';
import { TargetResolver } from './target-resolver.js';

const address = (name: string, ip: string): ZoneRecord =>
  ip.includes(':') ? { type: 'AAAA', name, address: ip } : { type: 'A', name, address: ip };
const srv = (name: string, priority: number, weight: number, port: number, target: string): ZoneRecord => ({
  type: 'SRV',
  name,
  priority,
  weight,
  port,
  target,
});
const naptr = (
  name: string,
  order: number,
  preference: number,
  service: string,
  replacement: string,
): ZoneRecord => ({
  type: 'NAPTR',
  name,
  order,
  preference,
  flags: 's',
  service,
  replacement,
});

const ZONE: readonly ZoneRecord[] = [
  // A host and nothing else.
  address('plain.test', '192.0.2.1'),
  address('plain.test', '2001:db8::1'),
  // SRV without NAPTR.
  srv('_sip._udp.services.test', 1, 0, 5070, 'a.services.test'),
  srv('_sip._tcp.services.test', 1, 0, 5080, 'b.services.test'),
  address('a.services.test', '192.0.2.10'),
  address('b.services.test', '192.0.2.11'),
  address('services.test', '192.0.2.12'),
  // NAPTR that prefers TCP, and names its services as it likes.
  naptr('naptr.test', 20, 1, 'SIP+D2U', '_sip._udp.elsewhere.test'),
  naptr('naptr.test', 10, 2, 'SIP+D2T', '_sip._tcp.elsewhere.test'),
  naptr('naptr.test', 10, 1, 'SIPS+D2T', '_sips._tcp.elsewhere.test'),
  naptr('naptr.test', 5, 1, 'E2U+sip', '_other.elsewhere.test'),
  srv('_sip._udp.elsewhere.test', 1, 0, 5060, 'a.services.test'),
  srv('_sip._tcp.elsewhere.test', 1, 0, 5060, 'b.services.test'),
  srv('_sips._tcp.elsewhere.test', 1, 0, 5061, 'b.services.test'),
  // NAPTR only for what we cannot do.
  naptr('tls-only.test', 10, 1, 'SIPS+D2T', '_sips._tcp.tls-only.test'),
  address('tls-only.test', '192.0.2.20'),
  // Two priorities.
  srv('_sip._udp.failover.test', 20, 0, 5062, 'c.failover.test'),
  srv('_sip._udp.failover.test', 10, 0, 5061, 'b.failover.test'),
  srv('_sip._udp.failover.test', 5, 0, 5060, 'a.failover.test'),
  address('a.failover.test', '192.0.2.30'),
  address('b.failover.test', '192.0.2.31'),
  address('b.failover.test', '192.0.2.32'),
  address('c.failover.test', '2001:db8::3'),
  // Decidedly no service.
  srv('_sip._udp.refused.test', 0, 0, 0, '.'),
  address('refused.test', '192.0.2.40'),
];

let clock: FakeClock;
let dns: DnsResponder;
let resolver: TargetResolver;

beforeEach(async () => {
  clock = new FakeClock();
  dns = new DnsResponder(ZONE);
  await dns.start();
  resolver = resolverWith({});
});

afterEach(() => dns.close());

function resolverWith(options: { preferIpv6?: boolean; random?: () => number }): TargetResolver {
  const system = new SystemDns({ servers: [dns.server], timeout: milliseconds(500), tries: 1 });
  return new TargetResolver({ dns: system, clock, random: () => 0, ...options });
}

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (!isSipUri(parsed)) throw new Error(`${text} is no SIP URI.`);
  return parsed;
}

function written(targets: readonly Target[]): string[] {
  return targets.map(({ protocol, address: host, port }) => `${protocol} ${host} ${port}`);
}

describe('A SIP URI leads, by RFC 3263 section 4,', () => {
  const both: readonly TransportProtocol[] = ['udp', 'tcp'];
  const all: readonly TransportProtocol[] = ['udp', 'tcp', 'tls'];

  it.each<[title: string, uri: string, protocols: readonly TransportProtocol[], targets: string[]]>([
    ['with an address to it over UDP', 'sip:192.0.2.9', both, ['udp 192.0.2.9 5060']],
    ['with an IPv6 address to it', 'sip:[2001:db8::9]:5070', both, ['udp 2001:db8::9 5070']],
    [
      'with an address and a transport to it over that',
      'sip:192.0.2.9;transport=TCP',
      both,
      ['tcp 192.0.2.9 5060'],
    ],
    ['with an address and no UDP to it over TCP', 'sip:192.0.2.9', ['tcp'], ['tcp 192.0.2.9 5060']],
    ['with maddr there instead', 'sip:plain.test;maddr=192.0.2.8', both, ['udp 192.0.2.8 5060']],
    ['with a bracketed maddr there too', 'sip:plain.test:5070;maddr=[::1]', both, ['udp ::1 5070']],
    ['with a port to the addresses', 'sip:services.test:5090', both, ['udp 192.0.2.12 5090']],
    [
      'with port and transport likewise',
      'sip:services.test:5090;transport=tcp',
      both,
      ['tcp 192.0.2.12 5090'],
    ],
    ['with a transport to its SRV records', 'sip:services.test;transport=tcp', both, ['tcp 192.0.2.11 5080']],
    [
      'with a transport without SRV to the addresses',
      'sip:plain.test;transport=tcp',
      ['tcp'],
      ['tcp 192.0.2.1 5060', 'tcp 2001:db8::1 5060'],
    ],
    [
      'without NAPTR to the SRV records of each protocol',
      'sip:services.test',
      both,
      ['udp 192.0.2.10 5070', 'tcp 192.0.2.11 5080'],
    ],
    [
      'without NAPTR in our order of protocols',
      'sip:services.test',
      ['tcp', 'udp'],
      ['tcp 192.0.2.11 5080', 'udp 192.0.2.10 5070'],
    ],
    [
      'without any of them to the addresses over UDP',
      'sip:plain.test',
      ['tcp', 'udp'],
      ['udp 192.0.2.1 5060', 'udp 2001:db8::1 5060'],
    ],
    [
      'with NAPTR in the order of the domain',
      'sip:naptr.test',
      both,
      ['tcp 192.0.2.11 5060', 'udp 192.0.2.10 5060'],
    ],
    ['with NAPTR only to what we can', 'sip:naptr.test', ['udp'], ['udp 192.0.2.10 5060']],
    ['with NAPTR of nothing we can, as if it had none', 'sip:tls-only.test', both, ['udp 192.0.2.20 5060']],
    [
      'to every SRV record by priority, with every address',
      'sip:failover.test',
      both,
      ['udp 192.0.2.30 5060', 'udp 192.0.2.31 5061', 'udp 192.0.2.32 5061', 'udp 2001:db8::3 5062'],
    ],
    ['for SIPS to TLS only', 'sips:naptr.test', all, ['tls 192.0.2.11 5061']],
    ['for SIPS with an address to TLS', 'sips:192.0.2.9', all, ['tls 192.0.2.9 5061']],
    ['for SIPS with transport=tcp to TLS', 'sips:192.0.2.9;transport=tcp', all, ['tls 192.0.2.9 5061']],
    [
      'over TLS where nothing else may be used, with an address',
      'sip:192.0.2.9',
      ['tls'],
      ['tls 192.0.2.9 5061'],
    ],
    ['over TLS by NAPTR', 'sip:naptr.test', ['tls'], ['tls 192.0.2.11 5061']],
    [
      'over TLS without SRV to the addresses',
      'sip:plain.test',
      ['tls'],
      ['tls 192.0.2.1 5061', 'tls 2001:db8::1 5061'],
    ],
    [
      'over TLS never because it could',
      'sip:naptr.test',
      all,
      ['tcp 192.0.2.11 5060', 'udp 192.0.2.10 5060'],
    ],
    ['over WebSocket when it says so', 'sip:192.0.2.9;transport=ws', [...all, 'ws'], ['ws 192.0.2.9 5060']],
    ['with localhost to this machine', 'sip:localhost:5062', both, ['udp 127.0.0.1 5062', 'udp ::1 5062']],
  ])('%s', async (_title, text, protocols, targets) => {
    expect(written(await resolver.resolve(uri(text), { protocols }))).toEqual(targets);
  });

  it.each([
    ['SIPS while TLS is not supported', 'sips:plain.test', 'it asks for TLS, which is not supported'],
    [
      'a transport that is not supported',
      'sip:plain.test;transport=sctp',
      'its transport "sctp" is not supported',
    ],
    ['SIPS over UDP', 'sips:plain.test;transport=udp', 'it asks for TLS, which is not supported'],
    ['a name that does not exist', 'sip:nowhere.test', 'no address is known for it'],
    [
      'a service that is decidedly not offered',
      'sip:refused.test;transport=udp',
      'no address is known for it',
    ],
  ])('nowhere: %s', async (_title, text, reason) => {
    await expect(resolver.resolve(uri(text))).rejects.toMatchObject({
      code: 'SIP_UNRESOLVED',
      message: `Nothing can be sent to ${text}: ${reason}.`,
    });
  });

  it('with the domain that a certificate must prove', async () => {
    const [target] = await resolver.resolve(uri('sips:naptr.test'), { protocols: all });

    expect(target?.serverName).toBe('naptr.test');
  });

  it('with IPv6 first where that is preferred', async () => {
    const targets = await resolverWith({ preferIpv6: true }).resolve(uri('sip:plain.test'));

    expect(written(targets)).toEqual(['udp 2001:db8::1 5060', 'udp 192.0.2.1 5060']);
  });

  it('with IPv6 first for who asks for it, whatever others prefer', async () => {
    const options = { protocols: ['tcp'] as const, preferIpv6: true };
    const targets = await resolver.resolve(uri('sip:plain.test'), options);
    expect(written(targets)).toEqual(['tcp 2001:db8::1 5060', 'tcp 192.0.2.1 5060']);
    expect(written(await resolver.resolve(uri('sip:plain.test')))[0]).toBe('udp 192.0.2.1 5060');
  });

  it('at once where nothing must be asked for', () => {
    expect(written(resolver.resolveNumeric(uri('sip:1001@192.0.2.9')) ?? [])).toEqual(['udp 192.0.2.9 5060']);
    expect(resolver.resolveNumeric(uri('sip:1001@plain.test'))).toBeUndefined();
    expect(dns.questions).toEqual([]);
  });
});

describe('What DNS said', () => {
  it('is asked for once, also by many at the same time', async () => {
    await Promise.all([1, 2, 3].map(() => resolver.resolve(uri('sip:services.test'))));
    const asked = dns.questions.length;
    await resolver.resolve(uri('sip:services.test'));

    expect(dns.questions).toHaveLength(asked);
    expect(new Set(dns.questions).size).toBe(asked);
  });

  it('is asked for again after its time: services after 30 s, addresses after their time to live', async () => {
    await resolver.resolve(uri('sip:services.test;transport=udp'));
    dns.questions.length = 0;

    clock.advance(seconds(29));
    await resolver.resolve(uri('sip:services.test;transport=udp'));
    // That there is no IPv6 address is believed for 5 s only.
    expect(dns.questions).toEqual(['AAAA a.services.test']);

    clock.advance(seconds(2));
    await resolver.resolve(uri('sip:services.test;transport=udp'));
    expect(dns.questions).toEqual(['AAAA a.services.test', 'SRV _sip._udp.services.test']);

    clock.advance(seconds(30));
    await resolver.resolve(uri('sip:services.test;transport=udp'));
    expect(dns.questions).toContain('A a.services.test');
  });

  it('is believed for 5 s when it was nothing', async () => {
    await expect(resolver.resolve(uri('sip:late.test:5060'))).rejects.toMatchObject({
      code: 'SIP_UNRESOLVED',
    });
    dns.zone.push(address('late.test', '192.0.2.50'));
    await expect(resolver.resolve(uri('sip:late.test:5060'))).rejects.toMatchObject({
      code: 'SIP_UNRESOLVED',
    });
    clock.advance(seconds(6));

    expect(written(await resolver.resolve(uri('sip:late.test:5060')))).toEqual(['udp 192.0.2.50 5060']);
  });

  it('still counts while the name server is broken', async () => {
    const before = written(await resolver.resolve(uri('sip:services.test')));
    dns.isBroken = true;
    clock.advance(seconds(600));

    expect(written(await resolver.resolve(uri('sip:services.test')))).toEqual(before);
  });

  it('is nothing, with the reason, when the name server was never reached', async () => {
    dns.isBroken = true;

    await expect(resolver.resolve(uri('sip:plain.test'))).rejects.toMatchObject({
      code: 'SIP_UNRESOLVED',
      message: expect.stringContaining('the name server cannot be asked') as unknown,
    });
  });
});

describe('A name server that means no good', () => {
  const many = (count: number, record: (index: number) => ZoneRecord): ZoneRecord[] =>
    Array.from({ length: count }, (_, index) => record(index));

  it('and names very many servers is followed to the first of them, by the order of the domain', async () => {
    dns.zone.push(
      ...many(60, (index) => srv('_sip._udp.many.test', index, 1, 5_000 + index, `h${index}.test`)),
      ...many(60, (index) => address(`h${index}.test`, `192.0.2.${index}`)),
    );
    const targets = await resolver.resolve(uri('sip:many.test;transport=udp'));
    expect(targets.map(({ port }) => port)).toEqual(Array.from({ length: 16 }, (_, index) => 5_000 + index));
    expect(dns.questions.length).toBeLessThanOrEqual(1 + 2 * 16);
  });

  it('and names very many services, or addresses, is as well', async () => {
    dns.zone.push(
      ...many(12, (index) => naptr('services-bomb.test', 1, index, 'SIP+D2U', `_sip._udp.s${index}.test`)),
      ...many(12, (index) => srv(`_sip._udp.s${index}.test`, 1, 1, 5_060, `a${index}.bomb.test`)),
      ...many(12, (index) => address(`a${index}.bomb.test`, `192.0.2.${index}`)),
      ...many(36, (index) => address('addresses.test', `192.0.2.${index}`)),
    );
    expect(await resolver.resolve(uri('sip:services-bomb.test'))).toHaveLength(8);
    expect(dns.questions.length).toBeLessThanOrEqual(1 + 8 + 2 * 8);
    expect(await resolver.resolve(uri('sip:addresses.test:5060'))).toHaveLength(32);
  });

  it('and leads in circles, or lets nothing be kept, is asked a few things', async () => {
    dns.zone.push(
      naptr('circle.test', 1, 1, 'SIP+D2U', 'circle.test'),
      srv('circle.test', 1, 1, 5_060, 'circle.test'),
      { type: 'A', name: 'circle.test', address: '192.0.2.1', ttl: 0 },
    );
    for (let time = 0; time < 10; time++) await resolver.resolve(uri('sip:circle.test'));
    expect(dns.questions.length).toBeLessThanOrEqual(8);
  });
});
