import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { Kamailio } from '../support/kamailio.js';

/** What many accounts at one registrar cost a device. */
export interface RegistrationFigures {
  readonly accounts: number;
  /** Milliseconds until all were registered, their digests included. */
  readonly registeredIn: number;
  /** Milliseconds of CPU for each of them: configuration, two REGISTERs, events. */
  readonly cpuPerAccount: number;
  /** Milliseconds until all were refreshed, asked for at once. */
  readonly refreshedIn: number;
  /** Milliseconds of CPU for each of those. */
  readonly cpuPerRefresh: number;
  /** KiB of heap that an account takes once it is registered. */
  readonly heapPerAccount: number;
  /** MiB of the whole process. */
  readonly resident: number;
}

/** Registers so many accounts of one device with a Kamailio, over UDP, and refreshes them. */
export async function measureRegistrations(accounts = 1_000): Promise<RegistrationFigures> {
  const users = Array.from({ length: accounts }, (_, index) => `bench${index}`);
  const kamailio = await Kamailio.start({ users, memory: 128 });
  try {
    const args = [String(await freePort()), kamailio.address, String(accounts)];
    const child = fork(join(import.meta.dirname, 'registrations-host.js'), args, {
      execArgv: ['--expose-gc'],
    });
    const [figures] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('the device with many accounts ended before it had measured anything');
      }),
    ])) as [RegistrationFigures];
    return figures;
  } finally {
    await kamailio.close();
  }
}
