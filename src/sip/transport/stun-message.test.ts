import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bindingRequest, bindingResponse, isStun, newStunId, readStun } from './stun-message.js';

const id = newStunId();
const PORT = fc.integer({ min: 1, max: 65_535 });

describe('STUN', () => {
  it('tells every address as it was, IPv4 and IPv6', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), PORT, (address, port) => {
        const mapped = readStun(bindingResponse(id, { address, port }));
        const plain = address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
        expect(mapped).toEqual({ kind: 'response', id, mapped: { address: plain, port } });
      }),
    );
  });

  it('takes no damaged datagram for more than it is, and never throws', () => {
    const whole = fc.constantFrom(
      bindingRequest(id),
      bindingResponse(id, { address: '192.0.2.1', port: 5_060 }),
      bindingResponse(id, { address: '2001:db8::1', port: 5_060 }),
    );
    const damages = fc.array(fc.record({ at: fc.nat(63), value: fc.nat(255) }), { maxLength: 6 });
    fc.assert(
      fc.property(whole, damages, fc.nat(64), (message, changes, length) => {
        const bytes = Buffer.from(message.subarray(0, Math.max(20, length)));
        for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
        if (!isStun(bytes)) return;
        expect(['request', 'response', undefined]).toContain(readStun(bytes)?.kind);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is read in linear time, and repeats of an attribute take no memory', () => {
    const attributes = Buffer.alloc(65_000).fill(Buffer.from([0x80, 0x22, 0, 0]));
    const head = bindingRequest(id);
    head.writeUInt16BE(attributes.length, 2);
    const started = performance.now();
    expect(readStun(Buffer.concat([head, attributes]))).toEqual({ kind: 'request', id });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('answers with little more than it was asked, so that nobody is flooded by way of us', () => {
    const [asked, told] = [bindingRequest(id), bindingResponse(id, { address: '2001:db8::1', port: 1 })];
    expect(told.length).toBeLessThan(3 * asked.length);
  });
});
