import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SipResponse } from '../../src/sip/message/index.js';
import { RecordingLog } from '../support/recording-log.js';
import { TestDevice } from '../support/test-device.js';
import { UdpPeer } from '../support/udp-peer.js';
import { WireCall } from '../support/wire-call.js';

/** Another host, as far as addresses tell: all of 127.0.0.0/8 is this machine. */
const STRANGER = '127.0.0.2';

const closing: (() => unknown)[] = [];
const log = new RecordingLog();
let siren: TestDevice;
let phone: UdpPeer;
let alarm: WireCall;
let answer: SipResponse;

beforeEach(async () => {
  siren = await TestDevice.start({ log });
  closing.push(() => siren.close());
  phone = await UdpPeer.open(siren.sipPort);
  closing.push(() => phone.close());
  alarm = new WireCall(phone, '1001');
  await alarm.invite();
  answer = await alarm.final('INVITE');
  await alarm.ack();
  await siren.event('activity', (event) => event.change === 'started');
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function socketAt(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  closing.push(() => socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

function send(socket: Socket, bytes: Buffer | string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
  });
}

/** A request as somebody writes it who knows what can be known or guessed of the call. */
function request(
  method: string,
  parts: { callId?: string; toTag?: string; fromTag?: string; body?: string },
) {
  const { callId = alarm.callId, toTag, fromTag = 'peer', body = '' } = parts;
  return [
    `${method} sip:1001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${STRANGER};rport;branch=z9hG4bK-stranger-${method}-${fromTag}-${toTag ?? ''}-${callId}`,
    'Max-Forwards: 70',
    `From: <sip:peer@127.0.0.1>;tag=${fromTag}`,
    `To: <sip:1001@127.0.0.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: 99 ${method}`,
    'Contact: <sip:stranger@127.0.0.2>',
    ...(method === 'INFO' ? ['Content-Type: application/dtmf-relay'] : []),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** An RTP packet with a press of a key, by RFC 4733. */
function pressed(sequence: number, digit: number): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(0x80 | 101, 1);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(1_000, 4);
  packet.writeUInt32BE(0xbadcafe, 8);
  packet.writeUInt8(digit, 12);
  packet.writeUInt8(0x80 | 10, 13);
  packet.writeUInt16BE(1_600, 14);
  return packet;
}

/** A compound packet that says goodbye for an identifier (RFC 3550 section 6.6). */
function goodbye(ssrc: number): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeUInt32BE(0x80c90001, 0);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt32BE(0x81cb0001, 8);
  packet.writeUInt32BE(ssrc, 12);
  return packet;
}

async function expectAlarm(): Promise<void> {
  expect(siren.device.siren.status().siren[0]).toMatchObject({ profile: 'Evacuation', running: true });
  expect(siren.events('call.dtmf')).toEqual([]);
  expect((await alarm.info('7')).status).toBe(200);
  expect(siren.events('call.dtmf').map(({ digit }) => digit)).toEqual(['7']);
  expect((await alarm.bye()).status).toBe(200);
  expect(log.messages('error')).toEqual([]);
}

describe('an alarm is not touched by a stranger', () => {
  it.each(['BYE', 'INFO', 'INVITE', 'UPDATE', 'REFER', 'NOTIFY', 'PRACK'])(
    'who sends a forged %s',
    async (method) => {
      const stranger = await socketAt(STRANGER);
      const replies: string[] = [];
      stranger.on('message', (bytes) => replies.push(bytes.toString().split('\r\n')[0] ?? ''));
      const body = method === 'INFO' ? 'Signal=5\r\nDuration=160\r\n' : '';
      for (const forged of [
        // Without a tag an INVITE is a call of its own.
        ...(method === 'INVITE' ? [] : [{ body }]),
        { body, toTag: 'guessed' },
        { body, toTag: answer.toTag ?? '', fromTag: 'guessed' },
        { body, toTag: answer.toTag ?? '', callId: 'guessed' },
      ]) {
        await send(stranger, request(method, forged), siren.sipPort);
      }
      expect((await phone.ask()).status).toBe(200);
      expect(replies.filter((line) => / 2\d\d /.test(line))).toEqual([]);
      await expectAlarm();
    },
  );

  it('who tells it to restart or to take other settings (NOTIFY check-sync)', async () => {
    const stranger = await socketAt(STRANGER);
    const answers: string[] = [];
    stranger.on('message', (bytes) => answers.push(bytes.toString().split('\r\n')[0] ?? ''));
    for (const event of ['check-sync', 'check-sync;reboot=true', 'resync', 'message-summary']) {
      const text = request('NOTIFY', { callId: event.replace(/\W/g, '-') });
      const notify = text.replace(
        'Content-Length',
        `Event: ${event}\r\nSubscription-State: active\r\nContent-Length`,
      );
      await send(stranger, notify, siren.sipPort);
    }
    expect((await phone.ask()).status).toBe(200);
    expect(answers.filter((line) => !/ (4|5)\d\d /.test(line))).toEqual([]);
    expect(siren.events('system')).toEqual([]);
    await expectAlarm();
  });

  it('who cancels what he does not know', async () => {
    const stranger = await socketAt(STRANGER);
    await send(stranger, request('CANCEL', {}), siren.sipPort);
    await send(stranger, request('CANCEL', { toTag: answer.toTag ?? '' }), siren.sipPort);
    expect((await phone.ask()).status).toBe(200);
    await expectAlarm();
  });

  it('who presses keys into its audio, or says goodbye for its peer', async () => {
    const port = Number(/^m=audio (\d+) /m.exec(answer.body.toString())?.[1]);
    const stranger = await socketAt(STRANGER);
    for (let sequence = 0; sequence < 50; sequence++) await send(stranger, pressed(sequence, 5), port);
    const { media } = siren.device.calls.list()[0] ?? {};
    await send(stranger, goodbye(0xbadcafe), port + 1);
    // From the peer's own host, too, only a BYE of SIP ends a call.
    const neighbour = await socketAt('127.0.0.1');
    await send(neighbour, goodbye(0xbadcafe), port + 1);
    expect((await phone.ask()).status).toBe(200);
    expect(media).toBeDefined();
    expect(siren.device.calls.list()[0]?.media).toMatchObject({ received: 0 });
    await expectAlarm();
  });

  it('who has the device send to somebody else whatever he calls himself', async () => {
    const stranger = await socketAt(STRANGER);
    const answered = once(stranger, 'message') as Promise<[Buffer]>;
    // The response goes to where the request came from, not to what its Via names (RFC 3581).
    const options = request('OPTIONS', { callId: 'reflected' }).replace(
      `SIP/2.0/UDP ${STRANGER};rport`,
      `SIP/2.0/UDP 127.0.0.3:9;rport;received=127.0.0.4`,
    );
    await send(stranger, options, siren.sipPort);
    expect((await answered)[0].toString()).toMatch(/^SIP\/2.0 200 [^]*received=127\.0\.0\.2/);
    await expectAlarm();
  });
});
