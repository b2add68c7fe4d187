import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../support/free-port.js';
import { SipsirenProcess } from '../../support/sipsiren-process.js';
import { TestDevice } from '../../support/test-device.js';
import { UdpPeer } from '../../support/udp-peer.js';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function call(...args: string[]): SipsirenProcess {
  const program = new SipsirenProcess(['call', ...args]);
  closing.push(() => program.kill());
  return program;
}

/** The steps without their times. */
function stepsOf(program: SipsirenProcess): string[] {
  return program.output.all.map((line) => line.replace(/^ *\d+\.\d{3} s {2}/, ''));
}

describe('sipsiren call to a siren', () => {
  let siren: TestDevice;
  beforeEach(async () => {
    siren = await TestDevice.start();
    closing.push(() => siren.close());
  });

  it.each(['udp', 'tcp'])(
    'runs the profile by %s, presses keys, hangs up and ends with 0',
    async (transport) => {
      const address = `sip:1001@${siren.sipAddress}`;
      const program = call(address, '--dtmf', '12#', '--seconds', '0', '--transport', transport);
      await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'started');
      expect(await program.ended()).toBe(0);
      expect(siren.events('call.dtmf').map(({ digit }) => digit)).toEqual(['1', '2', '#']);
      await siren.event('activity', (event) => event.profile === 'Evacuation' && event.change === 'ended');
      expect(stepsOf(program)).toEqual([
        `calling ${address}`,
        'INVITE is on its way',
        'answered; playing a tone of 440 Hz',
        'pressing 12#',
        'hanging up',
        expect.stringMatching(/^media: sent [1-9]\d* packets, received [1-9]\d*, lost 0, jitter \d+\.\d ms$/),
        expect.stringMatching(/^ended after \d+\.\d s$/),
      ]);
      expect(program.errors.all).toEqual([]);
    },
  );

  it('hangs up at Ctrl-C, so that the siren stops at once', async () => {
    const program = call(`sip:1001@${siren.sipAddress}`, '--seconds', '600');
    await siren.event('activity', (event) => event.change === 'started');
    await program.line(/answered/);
    program.signal('SIGINT');
    await siren.event('call.stateChange', (event) => event.reason === 'Terminated');
    await siren.event('activity', (event) => event.change === 'ended');
    expect(await program.ended()).toBe(0);
    expect(stepsOf(program)).toContain('hanging up');
  });

  it('says that the siren hung up, and ends with 1', async () => {
    const program = call(`sip:1001@${siren.sipAddress}`, '--seconds', '600');
    await program.line(/answered/);
    const [inProgress] = siren.device.calls.list();
    siren.device.calls.end(inProgress!.callId);
    expect(await program.ended()).toBe(1);
    expect(stepsOf(program).at(-1)).toMatch(/^ended after \d+\.\d s: /);
  });
});

describe('sipsiren call to others', () => {
  async function peerThatSays(status: number | undefined): Promise<UdpPeer> {
    const peer = await UdpPeer.open(0);
    closing.push(() => peer.close());
    peer.onRequest = (request, reply) => {
      if (request.method === 'INVITE' && status === undefined) reply(180);
      else if (request.method === 'CANCEL') {
        reply(200);
        peer.answerInvite(487);
      } else reply(status ?? 200);
    };
    return peer;
  }

  it('says that the other side is busy, and ends with 1', async () => {
    const peer = await peerThatSays(486);
    const program = call(`sip:1001@127.0.0.1:${peer.port}`);
    expect(await program.ended()).toBe(1);
    expect(stepsOf(program).at(-1)).toMatch(/^not answered \(Busy\): 486/);
  });

  it('gives up on a phone that only rings, when the time is over, and takes its call back', async () => {
    const peer = await peerThatSays(undefined);
    const program = call(`sip:1001@127.0.0.1:${peer.port}`, '--timeout', '1');
    expect(await program.ended()).toBe(1);
    expect((await peer.request('CANCEL')).method).toBe('CANCEL');
    expect(stepsOf(program).at(-1)).toMatch(/^not answered \(NoAnswer\)/);
  });

  it('takes a call back at Ctrl-C while it rings', async () => {
    const peer = await peerThatSays(undefined);
    const program = call(`sip:1001@127.0.0.1:${peer.port}`);
    await peer.request('INVITE');
    program.signal('SIGINT');
    expect((await peer.request('CANCEL')).method).toBe('CANCEL');
    expect(await program.ended()).toBe(1);
  });

  it('says that nobody is there, by TCP at once and by UDP when the time is over', async () => {
    const nobody = `sip:1001@127.0.0.1:${await freePort()}`;
    const [byTcp, byUdp] = [call(nobody, '--transport', 'tcp'), call(nobody, '--timeout', '1')];
    expect([await byTcp.ended(), await byUdp.ended()]).toEqual([1, 1]);
    expect(stepsOf(byTcp).at(-1)).toMatch(/^not answered \(Failed\): .*nothing listens there/);
    expect(stepsOf(byUdp).at(-1)).toMatch(/^not answered \((NoAnswer|Failed)\)/);
  });

  it('refuses what is no address in one line, with 1', async () => {
    const program = call('nonsense:\u0007');
    expect(await program.ended()).toBe(1);
    expect(program.output.all.join('\n')).toMatch(/could not be made/);
    expect(program.errors.all).toEqual([]);
  });
});
