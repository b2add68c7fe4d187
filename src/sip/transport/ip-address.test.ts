import { describe, expect, it } from '@jest/globals';
import { formatAddress, isUnicast, withoutZone } from './ip-address.js';

describe('An IP address', () => {
  it.each([
    ['192.0.2.1', true],
    ['127.0.0.1', true],
    ['0.0.0.0', false],
    ['0.1.2.3', false],
    ['224.0.1.75', false],
    ['255.255.255.255', false],
    ['2001:db8::1', true],
    ['::1', true],
    ['::', false],
    ['ff02::1', false],
    ['FF02::1', false],
  ])('%s names one machine: %s', (address, expected) => {
    expect(isUnicast(address)).toBe(expected);
  });

  it('is written with its port, IPv6 in brackets', () => {
    expect(formatAddress('192.0.2.1', 5060)).toBe('192.0.2.1:5060');
    expect(formatAddress('2001:db8::1', 5060)).toBe('[2001:db8::1]:5060');
  });

  it('loses the interface it is bound to', () => {
    expect(withoutZone('fe80::1%eth0')).toBe('fe80::1');
    expect(withoutZone('192.0.2.1')).toBe('192.0.2.1');
  });
});
