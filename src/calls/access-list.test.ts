import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressBlock, comparableAddress, isInBlock } from './access-list-address.js';
import { textPattern } from './access-list-pattern.js';
import { accessListSchema } from './access-list-settings.js';
import { AccessList, type AccessFacts } from './access-list.js';

type Written = string | { readonly source: string; readonly server?: string };

const listOf = (policy: 'allow' | 'block', ...sources: readonly Written[]): AccessList =>
  new AccessList(
    accessListSchema.parse({
      enabled: true,
      policy,
      sources: sources.map((one, index) => ({
        id: `s${index}`,
        ...(typeof one === 'string' ? { source: one } : one),
      })),
    }),
  );

const from = (sourceAddress: string, callerUri = 'sip:guard@10.0.0.5', callerName?: string): AccessFacts => ({
  sourceAddress,
  callerUri,
  callerName,
});

const entryFor = (list: AccessList, facts: AccessFacts): string | undefined => {
  const decision = list.decide(facts);
  return 'entry' in decision ? decision.entry.source : undefined;
};

describe('the access list', () => {
  it('lets everybody in while it is off', () => {
    const list = new AccessList(
      accessListSchema.parse({ sources: [{ id: 'a', source: '*' }], policy: 'block' }),
    );
    expect(list.decide(from('192.0.2.1'))).toEqual({ allowed: true, reason: 'off' });
  });

  it('allows only its sources, and nobody while it is empty', () => {
    const list = listOf('allow', '192.0.2.7', '1001');
    expect(list.decide(from('192.0.2.7'))).toMatchObject({ allowed: true, entry: { source: '192.0.2.7' } });
    expect(list.decide(from('192.0.2.8', 'sip:1001@anywhere.example'))).toMatchObject({ allowed: true });
    expect(list.decide(from('192.0.2.8'))).toMatchObject({ allowed: false, reason: 'notAllowed' });
    expect(listOf('allow').decide(from('192.0.2.7'))).toMatchObject({
      allowed: false,
      detail: expect.stringContaining('empty'),
    });
  });

  it('blocks its sources and nobody else', () => {
    const list = listOf('block', '10??', '198.51.100.0/24');
    expect(list.decide(from('192.0.2.1', 'sip:1044@x'))).toMatchObject({
      allowed: false,
      entry: { source: '10??' },
    });
    expect(list.decide(from('198.51.100.200'))).toMatchObject({ allowed: false, reason: 'blocked' });
    expect(list.decide(from('192.0.2.1', 'sip:104@x'))).toEqual({ allowed: true, reason: 'notBlocked' });
  });

  it('takes the address of the packet, never that of a header', () => {
    const list = listOf('allow', '192.0.2.7');
    expect(list.decide(from('203.0.113.9', 'sip:1001@192.0.2.7')).allowed).toBe(false);
  });

  it('knows callers by user, host, both, wildcards, ranges and names, in any case of letters', () => {
    const list = listOf('allow', 'alice@pbx.example.com', '*@*.trusted.example', '2000-2010', '"Front*"');
    expect(entryFor(list, from('192.0.2.1', 'sip:Alice@PBX.example.com:5080'))).toBe('alice@pbx.example.com');
    expect(entryFor(list, from('192.0.2.1', 'sip:alice@other.example'))).toBeUndefined();
    expect(entryFor(list, from('192.0.2.1', 'sips:bob@a.trusted.example'))).toBe('*@*.trusted.example');
    expect(entryFor(list, from('192.0.2.1', 'sip:2005@x'))).toBe('2000-2010');
    expect(entryFor(list, from('192.0.2.1', 'sip:02005@x'))).toBeUndefined();
    expect(entryFor(list, from('192.0.2.1', 'sip:x@y', 'FRONT DESK'))).toBe('"Front*"');
    expect(entryFor(list, from('192.0.2.1', 'not a uri'))).toBeUndefined();
  });

  it('takes a caller with a server only from there', () => {
    const list = listOf(
      'allow',
      { source: '1001', server: '192.0.2.0/24' },
      { source: '1002', server: 'pbx.example.com' },
    );
    expect(list.decide(from('192.0.2.9', 'sip:1001@x')).allowed).toBe(true);
    expect(list.decide(from('203.0.113.9', 'sip:1001@x')).allowed).toBe(false);
    expect(list.decide(from('203.0.113.9', 'sip:1002@x')).allowed).toBe(false);
    list.setAddresses('pbx.example.com', ['203.0.113.9']);
    expect(list.decide(from('203.0.113.9', 'sip:1002@x')).allowed).toBe(true);
  });

  it('finds servers by name through the addresses that it was told, IPv4 in IPv6 too', () => {
    const list = listOf('allow', 'pbx.example.com');
    expect([...list.names]).toEqual(['pbx.example.com']);
    expect(list.decide(from('192.0.2.7')).allowed).toBe(false);
    list.setAddresses('pbx.example.com', ['192.0.2.7', '2001:DB8:0::7']);
    expect(list.decide(from('::ffff:192.0.2.7')).allowed).toBe(true);
    expect(list.decide(from('2001:db8::7')).allowed).toBe(true);
  });

  it('names the first entry that fits', () => {
    const list = listOf('allow', '10??', '192.0.2.0/24', '1001', '192.0.2.7');
    expect(entryFor(list, from('192.0.2.7', 'sip:1001@x'))).toBe('10??');
    expect(entryFor(list, from('192.0.2.7'))).toBe('192.0.2.0/24');
  });

  it('decides alike however the sources are ordered, for any caller', () => {
    const sources = ['10??', '192.0.2.0/25', '192.0.2.200', '2001:db8::/33', 'bob@*.example', '"x y"', '7-9'];
    const callers = fc.record({
      sourceAddress: fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.integer({ min: 0, max: 255 }).map((last) => `192.0.2.${last}`),
        fc.constantFrom('2001:db8::1', '2001:db8:8000::1', 'nonsense'),
      ),
      callerUri: fc.constantFrom(
        'sip:1001@a',
        'sip:bob@a.example',
        'sip:8@b',
        'tel:1099',
        'sip:host',
        '',
        'x',
      ),
      callerName: fc.constantFrom('X Y', undefined, ''),
    });
    fc.assert(
      fc.property(callers, fc.shuffledSubarray(sources, { minLength: sources.length }), (facts, order) => {
        expect(listOf('allow', ...order).decide(facts).allowed).toBe(
          listOf('allow', ...sources).decide(facts).allowed,
        );
        expect(listOf('block', ...order).decide(facts).allowed).toBe(
          !listOf('allow', ...order).decide(facts).allowed,
        );
      }),
    );
  });

  it('decides in microseconds with a full list', () => {
    const sources = Array.from({ length: 256 }, (_, index) =>
      index % 2 === 0 ? `10.${index}.0.0/16` : `sip:user${index}@host${index}.example`,
    );
    const list = listOf('block', ...sources);
    const facts = from('192.0.2.1', 'sip:nobody@nowhere.example');
    const started = process.hrtime.bigint();
    for (let count = 0; count < 20_000; count++) list.decide(facts);
    const microseconds = Number(process.hrtime.bigint() - started) / 1_000 / 20_000;
    // About 1 µs on an idle machine; the limit leaves room for a busy one.
    expect(microseconds).toBeLessThan(50);
  });
});

describe('a block of addresses', () => {
  it('has exactly the addresses that share its bits', () => {
    const block = addressBlock('192.0.2.64/26')!;
    const isIn = (text: string) => isInBlock(comparableAddress(text)!, block);
    expect(['192.0.2.63', '192.0.2.64', '192.0.2.127', '192.0.2.128'].map(isIn)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const all = addressBlock('0.0.0.0/0')!;
    expect(isInBlock(comparableAddress('255.255.255.255')!, all)).toBe(true);
    expect(isInBlock(comparableAddress('2001:db8::1')!, all)).toBe(false);
    const odd = addressBlock('2001:db8:8000::/33')!;
    expect(isInBlock(comparableAddress('2001:db8:ffff::1')!, odd)).toBe(true);
    expect(isInBlock(comparableAddress('2001:db8:7fff::1')!, odd)).toBe(false);
  });

  it('is the same however an address is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = comparableAddress(text)!;
        if (address.family !== 6) return;
        const long = address.words.map((word) => word.toString(16).padStart(4, '0')).join(':');
        expect(comparableAddress(long)).toEqual(address);
        expect(comparableAddress(new URL(`http://[${long}]`).hostname.slice(1, -1))).toEqual(address);
      }),
    );
  });
});

describe('a pattern with wildcards', () => {
  it('fits what a regular expression of the same meaning fits', () => {
    const characters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 });
    const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 });
    fc.assert(
      fc.property(characters, texts, (pattern, text) => {
        const expression = new RegExp(`^${pattern.join('').replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(textPattern(pattern.join('')).matches(text.join(''))).toBe(expression.test(text.join('')));
      }),
      { numRuns: 500 },
    );
  });
});
