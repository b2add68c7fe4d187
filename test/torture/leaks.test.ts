import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serialise, SipResponse, type SipRequest } from '../../src/sip/message/index.js';
import { RecordingLog } from '../support/recording-log.js';
import { RtpPeer } from '../support/rtp-peer.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { WireCall } from '../support/wire-call.js';

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
