import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { seconds } from '../../../src/base/duration.js';
import { SipsirenError } from '../../../src/base/errors.js';
import { SipEndpoint, type SipTransport } from '../../../src/sip/index.js';
import type { DnsPort } from '../../../src/sip/resolver/dns-port.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryNetwork } from '../../support/memory-network.js';

/** A name with two addresses: a server that cannot be trusted, and nobody. */
const dns: DnsPort = {
  naptr: () => Promise.resolve([]),
  srv: () => Promise.resolve([]),
  a: () => Promise.resolve(['10.0.0.1', '10.0.0.9'].map((address) => ({ address, ttl: 60 }))),
  aaaa: () => Promise.resolve([]),
};

let clock: FakeClock;
let endpoint: SipEndpoint;

beforeEach(async () => {
  clock = new FakeClock();
  const transport: SipTransport = new MemoryNetwork({ clock }).transport('10.0.0.2', 5060, ['tls']);
  const sendRequest = transport.sendRequest.bind(transport);
  transport.sendRequest = (request, target, onFailure, onCarried) => {
    if (target.address === '10.0.0.1') {
      queueMicrotask(() => onFailure(new SipsirenError('SIP_UNTRUSTED', 'It expired.')));
      return { protocol: 'tls', reliable: true, resend: () => undefined };
    }
    return sendRequest(request, target, onFailure, onCarried);
  };
  endpoint = new SipEndpoint({ clock, dns, transport });
  await endpoint.start();
});

afterEach(async () => {
  await endpoint.close();
  expect(clock.pending).toEqual([]);
});

it('A server that is not trusted is told of, although the last address of its name was of nobody', async () => {
  const answer = endpoint
    .request({ method: 'OPTIONS', to: 'sips:pbx.example.com:5061', from: 'sips:siren@example.com' })
    .catch((error: unknown) => error);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  clock.advance(seconds(1));
  expect(await answer).toMatchObject({ code: 'SIP_UNTRUSTED', message: 'It expired.' });
});
