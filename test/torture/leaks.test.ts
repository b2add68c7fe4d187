import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serialise, SipResponse, type SipRequest } from '../../src/sip/message/index.js';
import type { AccountId } from '../../src/base/ids.js';
import { RecordingLog } from '../support/recording-log.js';
import { RtpPeer } from '../support/rtp-peer.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { WireCall } from '../support/wire-call.js';
import { WireRequest } from '../support/wire-request.js';

/** Hosts of their own, as far as addresses tell. */
const REGISTRAR = '127.0.0.9';
const STRANGER = '127.0.0.8';
const CHALLENGES: readonly [number, string, string][] = [
  [401, 'WWW-Authenticate', 'Authorization'],
  [407, 'Proxy-Authenticate', 'Proxy-Authorization'],
];

const log = new RecordingLog();
const closing: (() => unknown)[] = [];
let siren: TestDevice;
let registrar: UdpPeer;

/** What was answered to a challenge, and to whom. */
const leaked: SipRequest[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  leaked.length = 0;
});

async function peerAt(address: string, port = 0): Promise<UdpPeer> {
  const peer = await UdpPeer.open(port, address);
  closing.push(() => peer.close());
  return peer;
}

/** Answers a request with a challenge in the name of the realm that the account has its password for. */
function challenge(peer: UdpPeer, request: SipRequest, [status, header]: (typeof CHALLENGES)[number]): void {
  const value = 'Digest realm="office", nonce="of-an-attacker", algorithm=MD5, qop="auth"';
  const toTag = request.toTag ?? 'peer';
  void peer.send(serialise(SipResponse.to(request, status, { toTag, headers: [[header, value]] })));
}

function carriesProof({ headers }: SipRequest): boolean {
  return headers.has('Authorization') || headers.has('Proxy-Authorization');
}

/** Challenges all requests of a method, and notes what comes with a proof of the password. */
function challengeAll(peer: UdpPeer, method: string, kind: (typeof CHALLENGES)[number]): void {
  peer.onRequest = (request, reply) => {
    if (carriesProof(request)) leaked.push(request);
    if (request.method === method && !carriesProof(request)) challenge(peer, request, kind);
    else reply(200);
  };
}

describe('the password of an account', () => {
  let remotePort = 0;

  beforeEach(async () => {
    registrar = await peerAt(REGISTRAR);
    siren = await TestDevice.start({
      log,
      accounts: [
        {
          ...{ id: 'office', mode: 'registered', userId: '2042', domain: 'office', isDefault: false },
          ...{ registrar: `${REGISTRAR}:${registrar.port}`, password: 'top-secret' },
        },
      ],
    });
    closing.push(() => siren.close());
    remotePort = siren.sipPort;
  });

  it.each(CHALLENGES)('goes to nobody who asks with %d when the device hangs up', async (...kind) => {
    const stranger = await peerAt(STRANGER, remotePort);
    await WireCall.establish(stranger, '2042');
    challengeAll(stranger, 'BYE', kind);
    const [call] = siren.device.calls.list();
    siren.device.calls.end(call!.callId);
    const bye = await stranger.request('BYE');
    await siren.event('call.state', ({ callId, state }) => callId === call!.callId && state === 'Idle');
    // Whatever would follow the challenge has gone out before this is answered.
    await stranger.ask();
    await stranger.ask();
    expect([leaked, carriesProof(bye)]).toEqual([[], false]);
    expect(log.messages('error')).toEqual([]);
  });
});

describe('an account that calls, writes and registers', () => {
  const ADMINISTRATOR = { role: 'administrator', name: 'test' } as const;
  let stranger: UdpPeer;

  beforeEach(async () => {
    siren = await TestDevice.start({ log });
    closing.push(() => siren.close());
    registrar = await peerAt(REGISTRAR, siren.sipPort);
    stranger = await peerAt(STRANGER, siren.sipPort);
  });

  /** Registered at its own registrar, which asks for the password first. */
  async function registered(id: string, server: UdpPeer, password: string): Promise<void> {
    const account = {
      ...{ id, mode: 'registered', userId: id, domain: server.host, isDefault: false, password },
      registrar: `${server.host}:${server.port}`,
    };
    await siren.device.control.run('accounts.create', { account }, ADMINISTRATOR);
    await siren.event(
      'account.registration',
      (event) => event.account === id && event.state === 'registered',
    );
  }

  const place = (peer: UdpPeer) =>
    siren.device.calls.place({
      to: `sip:somebody@${peer.host}:${peer.port}`,
      account: 'office' as AccountId,
    });

  it.each(CHALLENGES)(
    'tells its own server by %d, and no stranger to whom that leads, what proves its password',
    async (...kind) => {
      challengeAll(registrar, 'REGISTER', kind);
      await registered('office', registrar, 'top-secret');
      expect(leaked.length).toBeGreaterThan(0);
      leaked.length = 0;
      // Its server leads the call and the text to a stranger, who asks in the server's name.
      registrar.onRequest = (request, reply) => {
        const to = [['Contact', `<sip:x@${STRANGER}:${stranger.port}>`]] as const;
        if (request.method === 'REGISTER' || request.method === 'ACK') reply(200);
        else void registrar.send(serialise(SipResponse.to(request, 302, { toTag: 'peer', headers: to })));
      };
      stranger.onRequest = (request) => {
        if (carriesProof(request)) leaked.push(request);
        challenge(stranger, request, kind);
      };
      await place(registrar);
      await stranger.request('INVITE');
      await stranger.request('ACK');
      // Nor does one get it to whom the device calls or writes by itself.
      for (const wanted of ['text', 'call'] as const) {
        const to = `sip:somebody@${STRANGER}:${stranger.port}`;
        if (wanted === 'call') await place(stranger);
        else await siren.device.calls.sendMessage({ to, text: 'hello', account: 'office' as AccountId });
      }
      await stranger.ask();
      await registrar.ask();
      expect(leaked).toEqual([]);
      expect(log.messages('error')).toEqual([]);
    },
  );

  it('tells nobody to whom its registrar redirects it, nor a notified subscriber', async () => {
    const [kind] = CHALLENGES;
    challengeAll(stranger, 'REGISTER', kind!);
    registrar.onRequest = (request) => {
      const to = [['Contact', `<sip:x@${STRANGER}:${stranger.port}>`]] as const;
      void registrar.send(serialise(SipResponse.to(request, 302, { toTag: 'peer', headers: to })));
    };
    const account = {
      ...{ id: 'office', mode: 'registered', userId: '2042', domain: 'office', isDefault: false },
      ...{ registrar: `${REGISTRAR}:${registrar.port}`, password: 'top-secret' },
    };
    await siren.device.control.run('accounts.create', { account }, ADMINISTRATOR);
    await stranger.request('REGISTER');
    await siren.event('account.registration', ({ state }) => state === 'refused');
    challengeAll(stranger, 'NOTIFY', kind!);
    const watch = new WireRequest(stranger, {
      ...{ method: 'SUBSCRIBE', extension: '2042', headers: ['Event: dialog', 'Expires: 600'] },
    });
    // The Contact names the stranger's own address.
    await stranger.send(
      watch.bytes.toString().replaceAll(`127.0.0.1:${stranger.port}`, `${STRANGER}:${stranger.port}`),
    );
    await stranger.request('NOTIFY');
    await stranger.ask();
    await stranger.ask();
    expect(leaked).toEqual([]);
  });

  it('answers the server of another account with that account alone, whatever realm it names', async () => {
    const [kind] = CHALLENGES;
    const other = await peerAt('127.0.0.7', siren.sipPort);
    challengeAll(registrar, 'REGISTER', kind!);
    await registered('office', registrar, 'top-secret');
    leaked.length = 0;
    challengeAll(other, 'REGISTER', kind!);
    await registered('elsewhere', other, 'another');
    expect(leaked.length).toBeGreaterThan(0);
    for (const { headers } of leaked) expect(headers.first('Authorization')).toMatch(/username="elsewhere"/);
  });
});

describe('the audio of a call', () => {
  beforeEach(async () => {
    siren = await TestDevice.start({ log });
    closing.push(() => siren.close());
  });

  async function mediaPeer(address: string): Promise<RtpPeer> {
    const peer = await RtpPeer.open(address);
    closing.push(() => peer.close());
    return peer;
  }

  /** A packet of 20 ms in PCMU. */
  function audio(sequence: number): Buffer {
    const packet = Buffer.alloc(172, 0xff);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8(0, 1);
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE(sequence * 160, 4);
    packet.writeUInt32BE(0xdecafbad, 8);
    return packet;
  }

  it('is neither sent to strangers who shout into its port nor taken from them', async () => {
    const phone = await peerAt('127.0.0.1', siren.sipPort);
    const own = await mediaPeer('127.0.0.1');
    const call = new WireCall(phone, '1001', { rtpPort: own.port });
    await call.invite();
    const answer = await call.final('INVITE');
    await call.ack();
    const port = Number(/^m=audio (\d+) /m.exec(answer.body.toString())?.[1]);
    const [stranger, another] = [await mediaPeer(STRANGER), await mediaPeer('127.0.0.7')];
    // From before the phone has said anything until after it has, and beyond the time after which others are listened to.
    const end = performance.now() + 1_500;
    for (let sequence = 0; performance.now() < end; sequence++) {
      await stranger.send(audio(sequence), port);
      await another.send(audio(sequence), port);
      if (sequence === 100) await own.send(audio(sequence), port);
    }
    expect(own.packets.length).toBeGreaterThan(10);
    expect([stranger.packets, another.packets]).toEqual([[], []]);
    expect(siren.device.calls.list()[0]?.media?.received).toBeLessThan(40);
    expect((await call.bye()).status).toBe(200);
    expect(log.messages('error')).toEqual([]);
  }, 20_000);
});
