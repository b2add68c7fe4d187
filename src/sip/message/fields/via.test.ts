import { describe, expect, it } from '@jest/globals';
import { viaField } from './via.js';

const read = (text: string) => viaField.parse([text]);

describe('Via', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK87asdks7', 'udp', '192.0.2.1', 5060, 'z9hG4bK87asdks7'],
    [
      'SIP / 2.0 / TCP first.example.com: 4000;ttl=16;branch=z9hG4bKa7c6a8dlze.1',
      'tcp',
      'first.example.com',
      4000,
      'z9hG4bKa7c6a8dlze.1',
    ],
    [
      'SIP/2.0/TLS [2001:DB8::9:1];branch=z9hG4bKas3-111',
      'tls',
      '2001:db8::9:1',
      undefined,
      'z9hG4bKas3-111',
    ],
    ['sip/2.0/udp HOST', 'udp', 'host', undefined, undefined],
    ['SIP/2.0/UDP h ; branch = "quoted"', 'udp', 'h', undefined, 'quoted'],
  ])('reads %s', (text, transport, host, port, branch) => {
    const [via] = read(text);
    expect(via).toMatchObject({ protocol: 'SIP', version: '2.0', transport, host, port });
    expect(via?.branch).toBe(branch);
  });

  it('reads received and rport', () => {
    const [first, second, third] = read(
      'SIP/2.0/UDP h;rport;branch=b, SIP/2.0/UDP h;rport=9988;received=2001:db8::1, SIP/2.0/UDP h;received=[::1];rport=70000',
    );
    expect([first?.wantsRport, first?.rport, first?.received]).toEqual([true, undefined, undefined]);
    expect([second?.wantsRport, second?.rport, second?.received]).toEqual([true, 9988, '2001:db8::1']);
    expect([third?.rport, third?.received]).toEqual([undefined, '::1']);
  });

  it.each([
    '',
    'SIP/2.0 h',
    'SIP/2.0/UDP',
    'SIP/2.0/UDPh',
    'SIP/2.0/UDP ;branch=x',
    'SIP/2.0/UDP h:',
    'SIP/2.0/UDP h:0',
    'SIP/2.0/UDP h;;branch=x',
    'SIP/2.0/UDP h;branch=x,',
    'SIP/2.0/UDP h x',
    'SIP/2.0/UDP [::1;branch=x',
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'SIP_SYNTAX', path: 'Via' }));
  });
});
