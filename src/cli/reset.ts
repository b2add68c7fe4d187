import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { ConfigStore } from '../config/config-store.js';
import { DEVICE_SECTIONS } from '../control/device-sections.js';
import { DOCUMENT_CHECKS } from '../control/document-checks.js';
import { defaultDocument } from '../control/factory-default.js';
import { rememberMaintenance } from '../siren/siren-memory.js';
import { FolderLock } from '../store/folder-lock.js';

/** What the device puts into its data folder; whatever else lies there is somebody else's. */
const STATE = [
  'activities.json',
  'alarms.json',
  'health-check.json',
  'lasting-actions.json',
  'virtual-inputs.json',
];
const FOLDERS = ['announcements', 'own-sounds', 'speech', 'outbox'];

export interface ResetWish {
  readonly folder: string;
  readonly keepsNetwork: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** `sipsiren reset`: makes a data folder as new while no device runs on it. Resolves with 0 when it is. */
export async function resetFolder(wish: ResetWish, print: (line: string) => void): Promise<number> {
  const { folder, keepsNetwork, clock, log } = wish;
  try {
    if (!(await isThere(join(folder, 'config.json')))) {
      print(`${folder}: this is no data folder of sipsiren; it has no config.json.`);
      return 1;
    }
    await FolderLock.refuseInUse(folder);
    if (keepsNetwork) {
      const config = await ConfigStore.open({
        folder,
        sections: DEVICE_SECTIONS,
        checks: DOCUMENT_CHECKS,
        clock,
        log,
      });
      await config.change((current) => defaultDocument(current, true));
      await config.close();
      // The copy of before would bring the old settings, and their passwords, back.
      await removeFile(folder, 'config.json', { isKept: true });
    } else {
      await removeFile(folder, 'config.json', { isKept: false });
    }
    for (const name of STATE) await removeFile(folder, name, { isKept: false });
    for (const name of FOLDERS) await rm(join(folder, name), { recursive: true, force: true });
    if (keepsNetwork) await rememberMaintenance({ folder, clock }, 'the device was restored');
    print(
      `${folder}: as new${keepsNetwork ? ', but for the SIP ports and addresses' : ''}. The next start begins in maintenance mode.`,
    );
    return 0;
  } catch (error) {
    print(`${folder}: ${messageOf(error)}`);
    return 1;
  }
}

async function removeFile(
  folder: string,
  name: string,
  { isKept }: { readonly isKept: boolean },
): Promise<void> {
  await rm(join(folder, `${name}.last-good`), { force: true });
  if (!isKept) await rm(join(folder, name), { force: true });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
