import { describe, expect, it } from '@jest/globals';
import { parseUri } from '../../sip/index.js';
import { accountSchema } from '../account.js';
import { toSignalingAccount } from '../signaling-account.js';
import { proxiesOf, routeOf, serverUri, type AccountStanding } from './account-routing.js';

const ENDS = { to: 'sip:2000@pbx.example.com', from: 'sip:siren@pbx.example.com' };
const AT_HOME: AccountStanding = {
  server: { registrar: 'pbx.example.com', domain: 'pbx.example.com' },
  serviceRoute: [],
  isOutbound: false,
};
const AT_SECOND: AccountStanding = {
  ...AT_HOME,
  server: { registrar: 'second.example.com:5070', domain: 'second.example.com' },
};

function account(more: Record<string, unknown> = {}) {
  const given = accountSchema.parse({
    ...{ id: 'pbx', mode: 'registered', userId: 'siren', registrar: 'pbx.example.com' },
    ...more,
  });
  return toSignalingAccount(given, { pair: () => undefined, authorities: [] });
}

describe('the way of an account’s call', () => {
  it('has no detour where the callee is at the server that the account is registered with', () => {
    expect(routeOf(account(), ENDS, AT_HOME)).toEqual({ ...ENDS, proxies: [], contactParameters: {} });
  });

  it('passes that server where the callee is elsewhere', () => {
    const route = routeOf(account(), { ...ENDS, to: 'sip:2000@other.example.org' }, AT_HOME);
    expect(route.proxies).toEqual(['sip:pbx.example.com;transport=udp;lr']);
  });

  it('passes the account’s proxies first, then those of the registrar', () => {
    const proxies = [{ server: 'edge.example.com' }];
    const serviceRoute = [parseUri('sip:core.example.com;lr')];
    const route = routeOf(account({ proxies, transport: 'tcp' }), ENDS, { ...AT_HOME, serviceRoute });
    expect(route.proxies).toEqual(['sip:edge.example.com;transport=tcp;lr', 'sip:core.example.com;lr']);
  });

  it('passes a proxy once that both of them name', () => {
    const proxies = [{ server: 'edge.example.com' }];
    const serviceRoute = [parseUri('sip:edge.example.com;lr;x=1'), parseUri('sip:core.example.com;lr')];
    expect(routeOf(account({ proxies }), ENDS, { ...AT_HOME, serviceRoute }).proxies).toEqual([
      'sip:edge.example.com;transport=udp;lr',
      'sip:core.example.com;lr',
    ]);
  });

  it('is at home with the secondary server while that serves', () => {
    const secondaryRegistrar = 'second.example.com:5070';
    const route = routeOf(account({ secondaryRegistrar }), ENDS, AT_SECOND);
    expect(route).toMatchObject({
      to: 'sip:2000@second.example.com',
      from: 'sip:siren@second.example.com',
      proxies: ['sip:second.example.com:5070;transport=udp;lr'],
    });
  });

  it('is what it was for an account that is registered nowhere', () => {
    expect(routeOf(account(), ENDS, undefined)).toEqual({ ...ENDS, proxies: [], contactParameters: {} });
  });

  it('says that requests within the call take the flow of the registration', () => {
    const { contactParameters } = routeOf(account(), ENDS, { ...AT_HOME, isOutbound: true });
    expect(contactParameters).toEqual({ ob: '' });
  });

  it('is SIPS from end to end for a SIPS account', () => {
    const secure = account({ transport: 'tls', sips: true, proxies: [{ server: 'edge.example.com' }] });
    expect(routeOf(secure, ENDS, AT_HOME)).toMatchObject({
      to: 'sips:2000@pbx.example.com',
      from: 'sips:siren@pbx.example.com',
      proxies: ['sips:edge.example.com;lr'],
    });
    expect(serverUri(secure, 'pbx.example.com', 'siren')).toBe('sips:siren@pbx.example.com');
    expect(proxiesOf(account({ transport: 'tls', proxies: [{ server: '[2001:db8::1]:5061' }] }))).toEqual([
      'sip:[2001:db8::1]:5061;transport=tls;lr',
    ]);
  });

  it('leaves a callee that is no SIP URI to be refused by words', () => {
    expect(routeOf(account(), { ...ENDS, to: 'tel:+1' }, AT_SECOND).to).toBe('tel:+1');
    expect(routeOf(account(), { ...ENDS, to: '<<' }, AT_SECOND).to).toBe('<<');
  });
});
