import { describe, expect, it } from '@jest/globals';
import type { NetworkInterfaceInfo } from 'node:os';
import { hostsToDial } from './hosts-to-dial.js';

const own = () => ({
  lo: [owned('127.0.0.1'), owned('::1')],
  eth0: [owned('192.168.0.90'), owned('fe80::1'), owned('2001:db8::90')],
});

describe('What to dial', () => {
  it('is the address that SIP is limited to, with the port where it is not the usual one', () => {
    expect(hostsToDial(on('127.0.0.1', 5060), own)).toEqual(['127.0.0.1']);
    expect(hostsToDial(on('::1', 5070), own)).toEqual(['[::1]:5070']);
  });

  it('names the addresses of the machine where SIP listens on all, what others reach first', () => {
    expect(hostsToDial([...on('0.0.0.0', 5060), ...on('::', 5060)], own)).toEqual([
      '192.168.0.90',
      '[2001:db8::90]',
      '127.0.0.1',
      '[::1]',
    ]);
  });

  it('is nothing while SIP is turned off', () => {
    expect(hostsToDial([], own)).toEqual([]);
  });
});

function on(address: string, port: number) {
  return ['udp', 'tcp'].map((protocol) => ({ protocol, address, port }));
}

function owned(address: string): NetworkInterfaceInfo {
  const isIPv6 = address.includes(':');
  const rest = { address, netmask: '', mac: '', internal: false, cidr: null };
  return isIPv6 ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' };
}
