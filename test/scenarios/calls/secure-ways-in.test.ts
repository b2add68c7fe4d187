import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { parseMessage, type SipResponse } from '../../../src/sip/message/index.js';
import { testCertificate } from '../../support/certificates.js';
import { TestDevice } from '../../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(() => siren.close());

const OFFER = [
  'v=0',
  'o=peer 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  '',
].join('\r\n');

function request(method: string, protocol: string, body = ''): string {
  return [
    `${method} sip:1001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/${protocol} phone.invalid;branch=z9hG4bK-${method}`,
    'Max-Forwards: 70',
    'From: <sip:browser@phone.invalid>;tag=browser',
    'To: <sip:1001@127.0.0.1>',
    `Call-ID: ${protocol}-${process.pid}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:browser@phone.invalid;transport=${protocol.toLowerCase()}>`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

function responseIn(bytes: Buffer): SipResponse {
  const result = parseMessage(bytes, 'datagram');
  if (!result.ok || result.message.kind !== 'response') throw new Error(`no response: ${bytes.toString()}`);
  return result.message;
}

it('A browser calls over the port of the page, and its call is one like any other', async () => {
  const socket = new WebSocket(`${siren.url.replace('http', 'ws')}/sip`, 'sip');
  await once(socket, 'open');
  const answered = once(socket, 'message');
  socket.send(request('INVITE', 'WS', OFFER));
  const [data] = (await answered) as [Buffer];
  expect(responseIn(data).status).toBe(200);
  expect(siren.device.calls.list()).toMatchObject([{ state: 'Active', transport: 'ws' }]);
  siren.device.calls.end(siren.device.calls.list()[0]!.callId);
  socket.terminate();
  await siren.event('call.state', (event) => event.state === 'Idle');
});

it('WebSockets are refused where they are turned off', async () => {
  await siren.api('PATCH', '/sip', { webSocket: false });
  const socket = new WebSocket(`${siren.url.replace('http', 'ws')}/sip`, 'sip');
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('404');
});

it('The TLS port shows the certificate of the settings, and another one as soon as it is chosen', async () => {
  const shown = async () => {
    const socket = connectTls({
      host: '127.0.0.1',
      port: siren.device.config.get('sip').tlsPort,
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerX509Certificate()!;
    socket.destroy();
    return fingerprint256;
  };
  const own = await shown();
  const { certificate, privateKey } = await testCertificate({ ip: ['127.0.0.1'] });
  const added = await siren.api('POST', '/certificates', {
    name: 'From the PBX',
    certificate,
    privateKey,
  });
  expect(added).toMatchObject({ status: 201 });
  const { id } = added.body as { id: string };
  expect(await siren.api('PATCH', '/sip', { tlsCertificate: id })).toMatchObject({ status: 200 });
  expect(await shown()).not.toBe(own);
  expect(await siren.api('PATCH', '/sip', { tlsCertificate: '' })).toMatchObject({ status: 200 });
  expect(await shown()).toBe(own);
});
