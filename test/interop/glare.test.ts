import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SipEndpoint, type IncomingInvite, type SipResponse } from '../../src/sip/index.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { Sipp } from '../support/sipp/sipp.js';
import { ANSWERED_CALL } from '../support/sipp/sipp-scene.js';
import {
  answer,
  bye,
  description,
  expectRequest,
  receive,
  reinvite,
  request,
  type Story,
} from '../support/sipp/story.js';

const SDP = { contentType: 'application/sdp' };
const OUR_OFFER = description()
  .replaceAll(/\[(?:media|local)_ip\]/g, '127.0.0.1')
  .replace('[media_port]', '40000')
  .replaceAll('\n', '\r\n');

let endpoint: SipEndpoint;

beforeEach(async () => {
  endpoint = new SipEndpoint({ listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }] });
  await endpoint.start();
});

afterEach(async () => {
  await endpoint.close();
});

/** sipp calls the stack, which answers, and offers anew as soon as the call stands. */
async function offerTo(story: Story): Promise<SipResponse> {
  const answered = new Promise<SipResponse>((resolve, reject) => {
    endpoint.onInvite = (invite: IncomingInvite) => {
      invite.onOffer = () => ({ status: 200, body: OUR_OFFER, ...SDP });
      invite.onConfirm = () => void invite.reinvite(OUR_OFFER).then(resolve, reject);
      invite.accept({ body: OUR_OFFER, ...SDP });
    };
  });
  const to = `127.0.0.1:${endpoint.listening[0]!.port}`;
  await Sipp.run({ to, extension: 'glare', story, lenient: true });
  return answered;
}

describe('Offers that cross', () => {
  it('and the peer says 491: the offer is made again after a while, and taken', async () => {
    recordInterop({ peer: 'sipp', version: programVersion('sipp'), feature: '491 received' });
    const response = await offerTo([
      ...ANSWERED_CALL,
      expectRequest('INVITE'),
      answer('491 Request Pending'),
      expectRequest('ACK'),
      expectRequest('INVITE'),
      answer('200 OK', { body: description({ version: 2 }) }),
      expectRequest('ACK'),
      bye(2),
      receive(200),
    ]);
    expect(response.status).toBe(200);
  });

  it('and the peer offers while ours is open: it is told 491, and ours is taken', async () => {
    recordInterop({ peer: 'sipp', version: programVersion('sipp'), feature: '491 sent' });
    const response = await offerTo([
      ...ANSWERED_CALL,
      expectRequest('INVITE'),
      reinvite(2),
      receive(491),
      request('ACK', { cseq: 2, transaction: '2-INVITE' }),
      answer('200 OK', { body: description({ version: 2 }) }),
      expectRequest('ACK'),
      bye(3),
      receive(200),
    ]);
    expect(response.status).toBe(200);
  });
});
