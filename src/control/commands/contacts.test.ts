import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { StandInDevice } from '../../../test/support/stand-in-device.js';

let device: StandInDevice;

beforeEach(async () => {
  device = await StandInDevice.start(new FakeClock());
});

afterEach(() => device.close());

const run = (name: string, input: unknown = {}) =>
  device.control.run(name, input, { role: 'administrator', name: 'a test' });

const GUARD = { name: 'Guard', address: 'sip:guard@192.168.0.5' };

describe('contacts', () => {
  it('are added, shown, replaced and deleted', async () => {
    const { id } = (await run('contacts.create', { contact: GUARD })) as { id: string };
    expect(id).toMatch(/^contact-/);
    expect(await run('contacts.get', { id })).toEqual({ id, account: '', ...GUARD });
    expect(await run('contacts.update', { id, contact: { ...GUARD, name: 'Night guard' } })).toMatchObject({
      id,
      name: 'Night guard',
    });
    await expect(run('contacts.update', { id, contact: { ...GUARD, id: 'other' } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await run('contacts.delete', { id });
    expect(await run('contacts.list')).toEqual([]);
    await expect(run('contacts.delete', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('need a SIP address and an account that exists', async () => {
    await expect(run('contacts.create', { contact: { ...GUARD, address: 'guard' } })).rejects.toMatchObject({
      problems: [{ path: 'contact.address', accepted: 'an address such as sip:1001@192.168.0.90' }],
    });
    await expect(run('contacts.create', { contact: { ...GUARD, account: 'nobody' } })).rejects.toMatchObject({
      problems: [{ path: 'contact.account' }],
    });
  });

  it('have ids of their own, and up to a hundred', async () => {
    await run('contacts.create', { contact: { ...GUARD, id: 'guard' } });
    await expect(run('contacts.create', { contact: { ...GUARD, id: 'guard' } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    for (let count = 1; count < 100; count++) await run('contacts.create', { contact: GUARD });
    await expect(run('contacts.create', { contact: GUARD })).rejects.toMatchObject({ code: 'LIMIT_REACHED' });
  });

  it('can be called', async () => {
    await run('contacts.create', { contact: { ...GUARD, id: 'guard', account: 'peer-to-peer' } });
    await run('calls.place', { call: { contact: 'guard' } });
    expect(device.calls.list()).toMatchObject([
      { remoteUri: 'sip:guard@192.168.0.5', direction: 'Outgoing' },
    ]);
    await expect(run('calls.place', { call: { contact: 'nobody' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(run('calls.place', { call: {} })).rejects.toMatchObject({ problems: [{ path: 'call.to' }] });
    await expect(run('calls.place', { call: { to: 'sip:a@b', contact: 'guard' } })).rejects.toMatchObject({
      problems: [{ path: 'call.to' }],
    });
  });
});
