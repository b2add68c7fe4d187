import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  Inviter,
  SessionState,
  UserAgent,
  version as sipJsVersion,
  type BodyAndContentType,
  type Session as ForeignSession,
  type SessionDescriptionHandler,
} from 'sip.js';
import { WebSocket } from 'ws';
import { SipEndpoint, type IncomingInvite, type SessionEnd } from '../../src/sip/index.js';
import { AwaitedList } from '../support/awaited-list.js';
import { testAuthority, testCertificate } from '../support/certificates.js';
import { recordInterop } from '../support/interop-record.js';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** Media of a browser, which there is none of here. */
class NoMedia implements SessionDescriptionHandler {
  close(): void {
    // There is nothing to let go of.
  }

  getDescription(): Promise<BodyAndContentType> {
    return Promise.resolve({ body: OFFER, contentType: 'application/sdp' });
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp';
  }

  setDescription(): Promise<void> {
    return Promise.resolve();
  }

  sendDtmf(): boolean {
    return false;
  }
}

const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const { certificate } = await testAuthority();
  // What a browser brings along, as far as SIP.js asks for it.
  class BrowserWebSocket extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { ca: certificate });
    }
  }
  Object.assign(globalThis, { WebSocket: BrowserWebSocket });
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe.each(['ws', 'wss'] as const)('SIP.js over %s (RFC 7118)', (scheme) => {
  it('calls, is answered, and is hung up on by the way it came', async () => {
    recordInterop({
      peer: 'SIP.js',
      version: sipJsVersion,
      feature: `Signalling over ${named(scheme)}, call`,
    });
    const { endpoint, address, calls } = await startEndpoint(scheme);
    const foreign = await startForeign(address);

    const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1001@siren.example.com')!);
    const established = stateOf(inviter, SessionState.Established);
    await inviter.invite();
    const call = await calls.first('the call', () => true);
    expect(call.request.topVia.transport).toBe(scheme);
    expect(call.request.topVia.host).toMatch(/\.invalid$/);
    call.accept({ body: OFFER });
    await established;

    const terminated = stateOf(inviter, SessionState.Terminated);
    call.end();
    await terminated;

    expect(endpoint.listening).toContainEqual(
      expect.objectContaining({ protocol: scheme, address: '127.0.0.1' }),
    );
  });

  it('hangs up, and its call is over here', async () => {
    recordInterop({
      peer: 'SIP.js',
      version: sipJsVersion,
      feature: `Signalling over ${named(scheme)}, hang-up`,
    });
    const { address, calls } = await startEndpoint(scheme);
    const foreign = await startForeign(address);
    const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1001@siren.example.com')!);
    const established = stateOf(inviter, SessionState.Established);
    await inviter.invite();
    const call = await calls.first('the call', () => true);
    const ends = new AwaitedList<SessionEnd>();
    call.onEnd = (end) => ends.add(end);
    call.accept({ body: OFFER });
    await established;

    await inviter.bye();

    expect(await ends.first('the end', () => true)).toMatchObject({ by: 'remote' });
  });

  it('cancels a call that rings', async () => {
    recordInterop({
      peer: 'SIP.js',
      version: sipJsVersion,
      feature: `Signalling over ${named(scheme)}, cancel`,
    });
    const { address, calls } = await startEndpoint(scheme);
    const foreign = await startForeign(address);
    const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1001@siren.example.com')!);
    await inviter.invite();
    const call = await calls.first('the call', () => true);
    const ends = new AwaitedList<SessionEnd>();
    call.onEnd = (end) => ends.add(end);
    call.progress(180);

    await inviter.cancel();

    expect(await ends.first('the end', () => true)).toMatchObject({ by: 'remote' });
  });
});

function named(scheme: 'ws' | 'wss'): string {
  return scheme === 'ws' ? 'WebSocket' : 'secure WebSocket';
}

/** An endpoint behind an HTTP server. */
async function startEndpoint(scheme: 'ws' | 'wss') {
  const calls = new AwaitedList<IncomingInvite>();
  const endpoint = new SipEndpoint({ listen: [] });
  endpoint.onInvite = (call) => calls.add(call);
  await endpoint.start();
  closing.push(() => endpoint.close());
  const own = await testCertificate({ ip: ['127.0.0.1'] });
  const server =
    scheme === 'ws' ? createServer() : createSecureServer({ cert: own.certificate, key: own.privateKey });
  server.on('upgrade', (request, socket, head) =>
    endpoint.acceptWebSocket(request, socket, head, { secure: scheme === 'wss' }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    const closed = once(server, 'close');
    server.close();
    await endpoint.close();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint, calls, address: `${scheme}://127.0.0.1:${port}/sip` };
}

async function startForeign(server: string): Promise<UserAgent> {
  const foreign = new UserAgent({
    uri: UserAgent.makeURI('sip:guard@siren.example.com')!,
    transportOptions: { server },
    logBuiltinEnabled: false,
    sessionDescriptionHandlerFactory: () => new NoMedia(),
  });
  await foreign.start();
  closing.push(() => foreign.stop());
  return foreign;
}

function stateOf(session: ForeignSession, wanted: SessionState): Promise<void> {
  return new Promise((resolve) => {
    session.stateChange.addListener((state) => {
      if (state === wanted) resolve();
    });
  });
}
