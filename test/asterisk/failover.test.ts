import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TestPbx } from '../support/asterisk/test-pbx.js';
import { unpackedAsterisks } from '../support/asterisk/unpacked-asterisk.js';
import { recordInterop } from '../support/interop-record.js';
import { TestDevice } from '../support/test-device.js';
import { until } from '../support/until.js';

let primary: TestPbx;
let secondary: TestPbx;
let siren: TestDevice | undefined;

beforeAll(async () => {
  const [newest] = unpackedAsterisks();
  [primary, secondary] = [await TestPbx.start(newest!), await TestPbx.start(newest!)];
}, 60_000);

afterEach(async () => {
  await siren?.close();
});

afterAll(async () => {
  await Promise.all([primary.close(), secondary.close()]);
});

function address({ asterisk }: TestPbx): string {
  return `127.0.0.1:${asterisk.port}`;
}

/** Waits until the siren says that it stands with this one. */
async function standsWith(pbx: TestPbx): Promise<void> {
  const isThere = () => {
    const last = siren!.events('account.registration').at(-1);
    return last?.state === 'registered' && last.server === address(pbx);
  };
  await until(`the siren to stand with ${address(pbx)}`, isThere);
  expect(await pbx.knows('siren')).toBe(true);
}

/** Has the PBX call an extension of the siren, which sounds until it hangs up. */
async function isAlarmedBy(pbx: TestPbx): Promise<void> {
  const started = siren!.events('activity').length;
  pbx.call('1001', 'stay');
  await siren!.until('the alarm', () => (siren!.events('activity').length > started ? true : undefined));
  await pbx.hangUp();
}

describe('a siren with two PBXs', () => {
  it('goes from the one that dies to the other, is called by it, and comes back', async () => {
    recordInterop({ ...primary.peer, feature: 'Secondary server and back' });
    siren = await TestDevice.start({
      accounts: [primary.account({ transport: 'tcp', secondaryRegistrar: address(secondary) })],
      sip: { secondsUntilFailback: 5, registerEverySeconds: 60 },
    });
    await standsWith(primary);
    await isAlarmedBy(primary);
    await primary.asterisk.kill();
    siren.device.calls.refreshRegistration('pbx' as never);
    await standsWith(secondary);
    await isAlarmedBy(secondary);
    await primary.asterisk.start();
    await standsWith(primary);
    await until('the secondary to forget the siren', async () => !(await secondary.knows('siren')));
    await isAlarmedBy(primary);
  }, 60_000);
});
