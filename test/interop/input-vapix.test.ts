import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TestDevice } from '../support/test-device.js';

let siren: TestDevice;

beforeEach(async () => {
  siren = await TestDevice.start({ http: true });
});

afterEach(async () => {
  await siren.close();
});

/** What curl gets, as a camera would. */
async function curl(path: string, ...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', ['-s', '-S', ...flags, `${siren.url}${path}`]);
  return stdout;
}

const activate = (query: string) => curl(`/axis-cgi/virtualinput/activate.cgi${query}`);
const deactivate = (query: string) => curl(`/axis-cgi/virtualinput/deactivate.cgi${query}`);
const shown = () => siren.device.output.current.light?.profile;

describe('Activate a strobe siren through virtual input when a camera detects motion', () => {
  it('runs the profile from activate.cgi to deactivate.cgi', async () => {
    await siren.api('POST', '/rules', {
      name: 'Trigger on virtual input 1',
      conditions: [{ kind: 'io.virtualInput', port: 1 }],
      actions: [{ kind: 'siren.profile', profile: 'Intrusion', run: 'whileActive' }],
    });
    const answer = await activate('?schemaversion=1&port=1');
    expect(answer).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\n<VirtualInputResponse xmlns="[^"]+"/);
    expect(answer).toContain(
      '<Success><ActivateSuccess><StateChanged>true</StateChanged></ActivateSuccess></Success>',
    );
    expect(shown()).toBe('Intrusion');
    expect(await activate('?schemaversion=1&port=1')).toContain('<StateChanged>false</StateChanged>');
    expect(await deactivate('?schemaversion=1&port=1')).toContain(
      '<DeactivateSuccess><StateChanged>true</StateChanged></DeactivateSuccess>',
    );
    expect(shown()).toBeUndefined();
  });

  it('goes back by itself after the duration, at once after none', async () => {
    expect(await activate('?schemaversion=1&port=2&duration=0')).toContain(
      '<StateChanged>true</StateChanged>',
    );
    expect(siren.events('input.virtual').map(({ active }) => active)).toEqual([true, false]);
    await activate('?schemaversion=1&port=3&duration=0.05');
    await siren.event('input.virtual', ({ input, active }) => input === 3 && !active);
  });

  it.each([
    ['', 10],
    ['?schemaversion=1', 10],
    ['?port=1', 10],
    ['?schemaversion=2&port=1', 30],
    ['?schemaversion=1&port=65', 20],
    ['?schemaversion=1&port=0', 20],
    ['?schemaversion=1&port=<b>', 20],
    ['?schemaversion=1&port=1&duration=long', 50],
    ['?schemaversion=1&port=1&duration=-1', 50],
  ])('answers %s with error %i', async (query, code) => {
    expect(await activate(query)).toContain(
      `<Error><GeneralError><ErrorCode>${code}</ErrorCode><ErrorDescription>`,
    );
    expect(siren.events('input.virtual')).toEqual([]);
  });

  it('tells the versions of its schema', async () => {
    expect(await curl('/axis-cgi/virtualinput/getschemaversions.cgi')).toContain(
      '<MajorVersion>1</MajorVersion>',
    );
  });

  it('understands the older form', async () => {
    expect(await curl('/axis-cgi/io/virtualinput.cgi?action=6:/40%5C')).toBe('OK\r\n');
    await siren.event('input.virtual', ({ input, active }) => input === 6 && !active);
    await curl('/axis-cgi/io/virtualinput.cgi?action=7:/', '-g');
    await curl('/axis-cgi/io/virtualinput.cgi?action=7:\\', '-g');
    expect(siren.events('input.virtual').map(({ input, active }) => `${input} ${active}`)).toEqual([
      '6 true',
      '6 false',
      '7 true',
      '7 false',
    ]);
    expect(
      await curl('/axis-cgi/io/virtualinput.cgi?action=65:/', '-o', '/dev/null', '-w', '%{http_code}'),
    ).toBe('422');
    expect(
      await curl('/axis-cgi/io/virtualinput.cgi?action=6', '-o', '/dev/null', '-w', '%{http_code}'),
    ).toBe('422');
  });

  it('takes no request that a page of another origin makes a browser send', async () => {
    const foreign = ['-H', 'Sec-Fetch-Site: cross-site', '-o', '/dev/null', '-w', '%{http_code}'];
    expect(await curl('/axis-cgi/virtualinput/activate.cgi?schemaversion=1&port=1', ...foreign)).toBe('403');
    expect(await curl('/axis-cgi/io/virtualinput.cgi?action=6:/', ...foreign)).toBe('403');
    expect(siren.events('input.virtual')).toEqual([]);
  });
});

describe('The port management of VAPIX clients', () => {
  const ask = async (method: string, params: object = {}) =>
    JSON.parse(
      await curl(
        '/axis-cgi/io/portmanagement.cgi',
        '-d',
        JSON.stringify({ apiVersion: '1.0', context: 'x', method, params }),
      ),
    ) as { data?: object; error?: { code: number } };

  it('lists the ports and sets them', async () => {
    for (const port of [
      { id: '1', line: '1', name: 'Door' },
      { id: '2', line: '2', direction: 'output' },
    ]) {
      await siren.api('POST', '/io-ports', port);
    }
    expect(await ask('getPorts')).toMatchObject({
      context: 'x',
      method: 'getPorts',
      data: {
        numberOfPorts: 2,
        items: [
          { port: '1', direction: 'input', name: 'Door', normalState: 'open', state: 'open' },
          { port: '2', direction: 'output', name: 'Port 2' },
        ],
      },
    });
    expect(
      (await ask('setPorts', { ports: [{ port: '1', name: 'Gate', normalState: 'closed' }] })).data,
    ).toEqual({});
    expect(siren.device.config.get('ioPorts')[0]).toMatchObject({ name: 'Gate', normalState: 'closed' });
    await siren.event('input.digital', ({ port, direction }) => port === 2 && direction === 'output');
    expect((await ask('setPorts', { ports: [{ port: '2', state: 'closed' }] })).data).toEqual({});
    expect(
      (await ask('setStateSequence', { port: '2', sequence: [{ state: 'open', time: 5 }] })).data,
    ).toEqual({});
  });

  it.each([
    ['setPorts', {}, 2103],
    ['setPorts', { ports: [{ port: '9' }] }, 2104],
    ['setPorts', { ports: [{}] }, 2103],
    ['setPorts', { ports: [{ port: '1', direction: 'up' }] }, 2104],
    ['setPorts', { ports: [{ port: '1', state: 'closed' }] }, 4004],
    ['setStateSequence', { port: '1', sequence: [] }, 4004],
    ['setTrumpets', {}, 2102],
  ])('answers %s with %j by error %i', async (method, params, code) => {
    await siren.api('POST', '/io-ports', { id: '1', line: '1' });
    expect(await ask(method, params)).toMatchObject({ error: { code } });
  });
});

describe('The heartbeat of VAPIX clients', () => {
  it('is lost when the client does not call in again', async () => {
    const beat = (duration: number) =>
      curl('/vapix/axhbt', '-d', JSON.stringify({ 'axhbt:Heartbeat': { Duration: duration } }));
    const { SessionId: session } = JSON.parse(await beat(60)) as { SessionId: string };
    expect(session).toMatch(/^[0-9a-f-]{36}$/);
    await siren.event('heartbeat', ({ heartbeat, state }) => heartbeat === 'axhbt' && state === 'lost');
    await beat(60_000);
    expect(siren.events('heartbeat').at(-1)).toMatchObject({ state: 'alive' });
    await beat(0);
    expect(siren.events('heartbeat').at(-1)).toMatchObject({ state: 'waiting' });
    expect(await curl('/vapix/axhbt', '-d', '{}', '-o', '/dev/null', '-w', '%{http_code}')).toBe('422');
  });
});
