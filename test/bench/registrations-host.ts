// A device with many accounts, in a process of its own: registers them all at one registrar, refreshes them, and
// tells what that took. `node registrations-host.js PORT REGISTRAR ACCOUNTS`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountId } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { accountSchema, PEER_TO_PEER_ACCOUNT } from '../../src/calls/account.js';
import { Device } from '../../src/device.js';
import type { RegistrationFigures } from './registrations.js';

const [, , port = '', registrar = '', count = ''] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const device = await Device.start({
  folder,
  clock: new SystemClock(),
  log: silentLog,
  demo: true,
  sip: { port: Number(port), addresses: ['127.0.0.1'], rtpStartPort: 10_000 },
});
const accounts = Array.from({ length: Number(count) }, (_, index) =>
  accountSchema.parse({
    ...{ id: `bench-${index}`, mode: 'registered', userId: `bench${index}`, registrar },
    ...{ password: `change-me-bench${index}`, keepAliveSeconds: 25 },
  }),
);
const ids = accounts.map(({ id }) => id);

/** Waits until every account is registered again, and gives the milliseconds of time and of CPU that it took. */
async function untilAll(act: () => void | Promise<void>): Promise<{ time: number; cpu: number }> {
  const before = new Map(ids.map((id) => [id, device.calls.registrationOf(id).expiresAt]));
  const start = performance.now();
  const { user, system } = process.cpuUsage();
  await act();
  const isDone = (id: AccountId) => {
    const { state, expiresAt } = device.calls.registrationOf(id);
    return state === 'registered' && expiresAt !== before.get(id);
  };
  while (!ids.every(isDone)) {
    if (performance.now() - start > 60_000) throw new Error('not every account was registered in a minute');
    await new Promise((resume) => setTimeout(resume, 50));
  }
  const used = process.cpuUsage({ user, system });
  return { time: performance.now() - start, cpu: (used.user + used.system) / 1_000 };
}

/** MiB of heap after a garbage collection. */
function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_048_576;
}

const heapBefore = heap();
const first = await untilAll(() =>
  device.config.update('accounts', [PEER_TO_PEER_ACCOUNT, ...accounts]).then(() => undefined),
);
const heapAfter = heap();
const refresh = await untilAll(() => {
  for (const id of ids) device.calls.refreshRegistration(id);
});
const figures: RegistrationFigures = {
  accounts: ids.length,
  registeredIn: first.time,
  cpuPerAccount: first.cpu / ids.length,
  refreshedIn: refresh.time,
  cpuPerRefresh: refresh.cpu / ids.length,
  heapPerAccount: ((heapAfter - heapBefore) * 1_024) / ids.length,
  resident: process.memoryUsage().rss / 1_048_576,
};
await device.close();
rmSync(folder, { recursive: true, force: true });
process.send?.(figures);
process.disconnect();
