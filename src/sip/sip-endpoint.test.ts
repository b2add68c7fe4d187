import { afterEach, describe, expect, it } from '@jest/globals';
import { SipEndpoint } from './sip-endpoint.js';
import type { IncomingInvite } from './user-agent/incoming-invite.js';
import type { SessionEnd } from './user-agent/session.js';

const endpoints: SipEndpoint[] = [];

async function startEndpoint(protocol: 'udp' | 'tcp'): Promise<SipEndpoint> {
  const endpoint = new SipEndpoint({ listen: [{ protocol, address: '127.0.0.1', port: 0 }] });
  endpoints.push(endpoint);
  await endpoint.start();
  return endpoint;
}

afterEach(async () => {
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
});

describe.each(['udp', 'tcp'] as const)('SipEndpoint over real %s sockets', (protocol) => {
  it('takes a call, confirms it and hears the caller hang up', async () => {
    const [callee, caller] = [await startEndpoint(protocol), await startEndpoint(protocol)];
    const port = callee.listening[0]!.port;
    const calls: IncomingInvite[] = [];
    const calleeEnd = new Promise<SessionEnd>((resolve) => {
      callee.onInvite = (call) => {
        calls.push(call);
        call.onEnd = resolve;
        call.accept({ body: 'v=0 answer' });
      };
    });
    const call = caller.invite({
      to: `sip:1001@127.0.0.1:${port};transport=${protocol}`,
      from: 'sip:alice@example.com',
      body: 'v=0 offer',
    });
    const answer = await new Promise<string>((resolve) => {
      call.onAnswer = resolve;
    });
    call.end({ reason: { protocol: 'SIP', cause: 200, text: 'Done' } });

    expect(await calleeEnd).toEqual({ by: 'remote', method: 'BYE', status: 200, reason: 'Done' });
    expect(answer).toBe('v=0 answer');
    expect(calls.map(({ offer, state }) => [offer, state])).toEqual([['v=0 offer', 'terminated']]);
    expect(callee.counts.sessions).toBe(0);
  });
});
