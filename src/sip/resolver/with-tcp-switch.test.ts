import { describe, expect, it } from '@jest/globals';
import type { Target } from '../transport/flow.js';
import { withTcpSwitch } from './with-tcp-switch.js';

const udp: Target = { protocol: 'udp', address: '192.0.2.1', port: 5060 };
const tcp: Target = { ...udp, protocol: 'tcp' };

describe('The switch from UDP to TCP (RFC 3261 section 18.1.1)', () => {
  it.each([
    [1_300, { enabled: true }, [udp]],
    [1_301, { enabled: true }, [tcp, udp]],
    [1_301, { enabled: false }, [udp]],
    [1_301, { enabled: true, mtu: 9_000 }, [udp]],
    [1_081, { enabled: true, mtu: 1_280 }, [tcp, udp]],
  ])('of a request of %d bytes with %j', (bytes, options, targets) => {
    expect(withTcpSwitch([udp], bytes, options)).toEqual(targets);
  });

  it('leaves what is a stream already as it is', () => {
    expect(withTcpSwitch([tcp, udp], 2_000, { enabled: true })).toEqual([tcp, tcp, udp]);
  });
});
