import { afterEach, expect, it } from '@jest/globals';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  EmitterImpl,
  Inviter,
  SessionState,
  TransportState,
  UserAgent,
  type BodyAndContentType,
  type Invitation,
  type Session as ForeignSession,
  type SessionDescriptionHandler,
  type Transport,
} from 'sip.js';
import { SipEndpoint, type IncomingInvite, type SessionEnd } from '../../src/sip/index.js';

/** SIP.js over a UDP socket, which it does not bring along. */
class DatagramTransport implements Transport {
  readonly protocol = 'UDP';
  readonly stateChange = new EmitterImpl<TransportState>();
  state = TransportState.Disconnected;
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  /** Where everything goes: SIP.js leaves that to its transport. */
  remotePort = 0;
  readonly #socket: Socket = createSocket('udp4');

  get port(): number {
    return this.#socket.address().port;
  }

  async connect(): Promise<void> {
    this.#socket.on('message', (bytes) => this.onMessage?.(bytes.toString()));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    this.state = TransportState.Connected;
    this.onConnect?.();
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    this.state = TransportState.Disconnected;
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  isConnected(): boolean {
    return this.state === TransportState.Connected;
  }

  send(message: string): Promise<void> {
    this.#socket.send(message, this.remotePort, '127.0.0.1');
    return Promise.resolve();
  }
}

/** Media that consists of words. */
class WordsHandler implements SessionDescriptionHandler {
  heard = '';

  close(): void {
    this.heard = '';
  }

  getDescription(): Promise<BodyAndContentType> {
    return Promise.resolve({ body: 'words of sip.js', contentType: 'application/sdp' });
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp';
  }

  setDescription(sdp: string): Promise<void> {
    this.heard = sdp;
    return Promise.resolve();
  }

  sendDtmf(): boolean {
    return false;
  }
}

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startEndpoint(): Promise<SipEndpoint> {
  const endpoint = new SipEndpoint({ listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }] });
  closing.push(() => endpoint.close());
  await endpoint.start();
  return endpoint;
}

async function startForeign(remotePort: number, onInvite?: (invitation: Invitation) => void) {
  const transports: DatagramTransport[] = [];
  const foreign = new UserAgent({
    uri: UserAgent.makeURI('sip:foreign@127.0.0.1')!,
    contactName: 'foreign',
    viaHost: 'foreign.invalid',
    logBuiltinEnabled: false,
    forceRport: true,
    transportConstructor: class extends DatagramTransport {
      constructor() {
        super();
        this.remotePort = remotePort;
        transports.push(this);
      }
    },
    sessionDescriptionHandlerFactory: () => new WordsHandler(),
    delegate: onInvite ? { onInvite } : {},
  });
  await foreign.start();
  closing.push(() => foreign.stop());
  return { foreign, port: transports[0]!.port };
}

function stateOf(session: ForeignSession, wanted: SessionState): Promise<void> {
  return new Promise((resolve) => {
    session.stateChange.addListener((state) => {
      if (state === wanted) resolve();
    });
  });
}

it('SIP.js calls us, is answered, holds and hangs up', async () => {
  const endpoint = await startEndpoint();
  const { foreign } = await startForeign(endpoint.listening[0]!.port);
  const calls: IncomingInvite[] = [];
  const ended = new Promise<SessionEnd>((resolve) => {
    endpoint.onInvite = (call) => {
      calls.push(call);
      call.onEnd = resolve;
      call.onOffer = (offer) => ({ status: 200, body: `heard ${offer ?? ''}` });
      call.progress(180);
      call.accept({ body: 'words of ours' });
    };
  });
  const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1001@127.0.0.1')!);
  const established = stateOf(inviter, SessionState.Established);
  await inviter.invite();
  await established;
  const heard = (): string => (inviter.sessionDescriptionHandler as WordsHandler).heard;
  expect([calls[0]!.offer, heard()]).toEqual(['words of sip.js', 'words of ours']);
  await new Promise<void>((resolve) => {
    void inviter.invite({ requestDelegate: { onAccept: () => resolve() } });
  });
  await inviter.bye();
  expect(await ended).toMatchObject({ by: 'remote', method: 'BYE' });
  expect(endpoint.counts.sessions).toBe(0);
});

it('We hang up on SIP.js, whose Contact leads nowhere', async () => {
  const endpoint = await startEndpoint();
  const { foreign } = await startForeign(endpoint.listening[0]!.port);
  endpoint.onInvite = (call) => {
    call.onConfirm = () => call.end();
    call.accept({ body: 'words of ours' });
  };
  const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1001@127.0.0.1')!);
  const terminated = stateOf(inviter, SessionState.Terminated);
  await inviter.invite();
  await terminated;
  expect(endpoint.counts.sessions).toBe(0);
});

it('SIP.js takes its call back while we ring', async () => {
  const endpoint = await startEndpoint();
  const { foreign } = await startForeign(endpoint.listening[0]!.port);
  const ended = new Promise<SessionEnd>((resolve) => {
    endpoint.onInvite = (call) => {
      call.onEnd = resolve;
      call.progress(180);
    };
  });
  const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1001@127.0.0.1')!);
  const terminated = stateOf(inviter, SessionState.Terminated);
  await inviter.invite({ requestDelegate: { onProgress: () => void inviter.cancel() } });
  expect(await ended).toMatchObject({ by: 'remote', method: 'CANCEL' });
  await terminated;
});

it('We call SIP.js, which rings, answers and is hung up', async () => {
  const endpoint = await startEndpoint();
  const invitations: Invitation[] = [];
  const { port } = await startForeign(endpoint.listening[0]!.port, (invitation) => {
    invitations.push(invitation);
    // Its 180 it sends by itself.
    void invitation.accept();
  });
  const call = endpoint.invite({
    to: `sip:foreign@127.0.0.1:${port}`,
    from: 'sip:siren@127.0.0.1',
    body: 'words of ours',
  });
  const progress: number[] = [];
  call.onProgress = ({ status }) => progress.push(status);
  const answer = await new Promise<string>((resolve) => (call.onAnswer = resolve));
  expect([progress, answer]).toEqual([[180], 'words of sip.js']);
  expect(invitations[0]!.request.body).toBe('words of ours');
  const terminated = stateOf(invitations[0]!, SessionState.Terminated);
  call.end();
  await terminated;
});
