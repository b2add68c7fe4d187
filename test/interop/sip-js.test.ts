import { afterEach, expect, it } from '@jest/globals';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  EmitterImpl,
  Inviter,
  Messager,
  SessionState,
  Subscriber,
  TransportState,
  UserAgent,
  version,
  type BodyAndContentType,
  type Invitation,
  type Session as ForeignSession,
  type SessionDescriptionHandler,
  type Transport,
} from 'sip.js';
import { AwaitedList } from '../support/awaited-list.js';
import { recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';
import { SipEndpoint, type IncomingInvite, type SessionEnd } from '../../src/sip/index.js';

function proves(feature: string): void {
  recordInterop({ peer: 'SIP.js', version, feature });
}

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
  readonly #words: string;

  constructor(words: string) {
    this.#words = words;
  }

  close(): void {
    this.heard = '';
  }

  getDescription(): Promise<BodyAndContentType> {
    return Promise.resolve({ body: this.#words, contentType: 'application/sdp' });
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

async function startForeign(
  remotePort: number,
  onInvite?: (invitation: Invitation) => void,
  words = 'words of sip.js',
) {
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
    sessionDescriptionHandlerFactory: () => new WordsHandler(words),
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
  proves('Calls the SIP stack, holds, hangs up');
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
  proves('Contact with a host that does not exist');
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
  proves('Takes its call back while it rings');
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
  proves('Call from the SIP stack');
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

/** What a phone would say of its media, that goes nowhere. */
const PHONE_SDP = [
  'v=0',
  'o=phone 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n');

async function startSiren(): Promise<TestDevice> {
  const siren = await TestDevice.start();
  closing.push(() => siren.close());
  return siren;
}

const heardBy = (session: ForeignSession): string =>
  (session.sessionDescriptionHandler as WordsHandler).heard;

it('SIP.js calls the siren: the profile runs, a key by INFO arrives, and the end of the call ends it', async () => {
  proves('Call to the siren, key by SIP INFO');
  const siren = await startSiren();
  const { foreign } = await startForeign(siren.sipPort, undefined, PHONE_SDP);
  const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1001@127.0.0.1')!);
  const established = stateOf(inviter, SessionState.Established);
  await inviter.invite();
  await established;
  expect(heardBy(inviter)).toMatch(/^m=audio \d+ RTP\/AVP 8 101\r$/m);
  await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'started');
  const body = {
    contentDisposition: 'render',
    contentType: 'application/dtmf-relay',
    content: 'Signal=7\r\nDuration=160\r\n',
  };
  await inviter.info({ requestOptions: { body } });
  expect((await siren.event('call.dtmf')).event).toMatchObject({ digit: '7', method: 'info' });
  await inviter.bye();
  await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'ended');
  expect(siren.device.calls.list()).toEqual([]);
});

it('SIP.js is hung up on by the siren', async () => {
  proves('The siren hangs up');
  const siren = await startSiren();
  const { foreign } = await startForeign(siren.sipPort, undefined, PHONE_SDP);
  const inviter = new Inviter(foreign, UserAgent.makeURI('sip:1002@127.0.0.1')!);
  const established = stateOf(inviter, SessionState.Established);
  const terminated = stateOf(inviter, SessionState.Terminated);
  await inviter.invite();
  await established;
  siren.device.calls.end(siren.device.calls.list()[0]!.callId);
  await terminated;
  await siren.event('call.stateChange', (event) => event.reason === 'Terminated');
});

it('The siren calls SIP.js, which answers, talks and hangs up', async () => {
  proves('Call from the siren');
  const siren = await startSiren();
  const invitations = new AwaitedList<Invitation>();
  const { port } = await startForeign(
    siren.sipPort,
    (invitation) => {
      invitations.add(invitation);
      void invitation.accept();
    },
    PHONE_SDP,
  );
  const callId = await siren.device.calls.place({ to: `sip:foreign@127.0.0.1:${port}` });
  await siren.event(
    'call.stateChange',
    (event) => event.callId === callId && event.reason === 'AcceptedByRemote',
  );
  const invitation = await invitations.first('an invitation', () => true);
  expect(invitation.request.body).toMatch(/^m=audio \d+ RTP\/AVP 0 8 101\r$/m);
  if (invitation.state !== SessionState.Established) await stateOf(invitation, SessionState.Established);
  await invitation.bye();
  await siren.event('call.stateChange', (event) => event.callId === callId && event.reason === 'Terminated');
  expect(siren.device.calls.list()).toEqual([]);
});

it('The siren calls SIP.js, which is busy', async () => {
  proves('Busy');
  const siren = await startSiren();
  const { port } = await startForeign(
    siren.sipPort,
    (invitation) => void invitation.reject({ statusCode: 486 }),
  );
  const callId = await siren.device.calls.place({ to: `sip:foreign@127.0.0.1:${port}` });
  const { event } = await siren.event(
    'call.stateChange',
    (change) => change.callId === callId && change.reason === 'Busy',
  );
  expect(event.detail).toContain('486');
});

it('SIP.js writes to the siren, which answers as a rule says', async () => {
  proves('Messages both ways');
  const siren = await startSiren();
  const texts = new AwaitedList<string>();
  const { foreign, port } = await startForeign(siren.sipPort);
  foreign.delegate = {
    onMessage: (message) => {
      texts.add(message.request.body);
      void message.accept();
    },
  };
  const rule = {
    name: 'Status',
    conditions: [{ kind: 'call.message', text: 'status', match: 'exact' }],
    actions: [{ kind: 'sip.message', to: `{{remoteUri}}:${port}`, text: '{{device}} is well, {{caller}}.' }],
  };
  await siren.device.control.run('rules.create', { rule }, { name: 'test', role: 'administrator' });
  const to = UserAgent.makeURI('sip:1001@127.0.0.1')!;
  await new Messager(foreign, to, 'Status', 'text/plain').message();
  const answer = await texts.first('an answer', () => true);
  expect(answer).toMatch(/ is well, foreign\.$/);
  const { event } = await siren.event('message.sent');
  expect(event).toMatchObject({ outcome: 'delivered' });
});

it.each([
  ['dialog', /<state>terminated</, /<state>confirmed</],
  ['presence', /<note>Ready</, /rpid:busy/],
])('SIP.js watches an extension by %s', async (event, quiet, alarm) => {
  proves(`SUBSCRIBE to ${event}, alarm, unsubscribe`);
  const siren = await startSiren();
  const { foreign } = await startForeign(siren.sipPort);
  const told = new AwaitedList<string>();
  const subscriber = new Subscriber(foreign, UserAgent.makeURI('sip:1001@127.0.0.1')!, event, {
    delegate: {
      onNotify: (notification) => {
        told.add(notification.request.body);
        void notification.accept();
      },
    },
  });
  await subscriber.subscribe();
  const saying = (words: RegExp) => (body: string) => words.test(body);
  await told.first('that all is quiet', saying(quiet));
  siren.device.siren.startProfile('Evacuation', { owner: 'test', cause: 'test' });
  await told.first('that there is an alarm', saying(alarm));
  await subscriber.unsubscribe();
  await until('the subscription to be over', () => siren.device.calls.lamps().length === 0);
});
