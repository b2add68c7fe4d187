// A device in a process of its own, as `sipsiren start` runs it, that also writes down when each picture came
// out. The clock of process.hrtime is the machine's, so that the caller's times can be compared with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { Device } from '../../src/device.js';
import { ruleSchema } from '../../src/rules/rule.js';
import { profileSchema } from '../../src/siren/profile.js';
import type { HostReply, HostRequest, SeenPicture } from './host-message.js';

/** Calls to these start a profile at the instant they are accepted; each start is a picture of its own. */
const EXTENSIONS = ['1001', '1002'];
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
/** Whether this machine's own addresses are judged as any other. Without it they are never slowed nor blocked. */
const isGuarded = process.argv[3] === 'guarded';
const options = {
  folder,
  clock: new SystemClock(),
  log: silentLog,
  demo: true,
  sip: { port: Number(process.argv[2]), addresses: ['127.0.0.1'], rtpStartPort: 10_000 },
};

const device = await configured();
let seen: SeenPicture[] = [];
let latest: { readonly at: number; readonly activity: number } | undefined;
let claimed: number | undefined;
device.output.subscribe(({ light }) => {
  if (light === undefined || light.activityId === latest?.activity) return;
  latest = { at: Number(process.hrtime.bigint()) / 1e6, activity: light.activityId };
});
// The rules, which hear an event first, have brought the picture of an accepted call out before it comes here.
device.bus.subscribe(({ event }) => {
  if (event.type !== 'call.stateChange' || event.reason !== 'AcceptedByDevice') return;
  if (latest === undefined || latest.activity === claimed) return;
  claimed = latest.activity;
  seen.push({ at: latest.at, caller: event.remoteUri });
});

process.on('message', (request: HostRequest) => {
  switch (request) {
    case 'pictures':
      reply(seen);
      seen = [];
      return;
    case 'heap':
      // The second one collects what finalisers of the first have let go.
      globalThis.gc?.();
      globalThis.gc?.();
      reply(process.memoryUsage().heapUsed / 1_048_576);
      return;
    case 'stop':
      void device.close().then(() => {
        rmSync(folder, { recursive: true, force: true });
        process.disconnect();
      });
  }
});
reply('ready');

/**
 * As many calls as one core can send audio for: beyond them callers are turned away, where the audio of ever more
 * calls would leave no time to answer any.
 */
async function configured(): Promise<Device> {
  const first = await Device.start(options);
  await first.config.change((current) => ({
    sip: { ...current.sip, maxConcurrentCalls: 1_000 },
    sourceGuard: { ...current.sourceGuard, includeLoopback: isGuarded },
    profiles: EXTENSIONS.map((extension, index) =>
      profileSchema.parse({
        name: `Bench ${extension}`,
        light: { pattern: 'Steady', colors: [index === 0 ? 'red' : 'blue'] },
        siren: { pattern: 'Siren: Evac' },
        priority: 5,
      }),
    ),
    rules: EXTENSIONS.map((extension) =>
      ruleSchema.parse({
        name: `Bench ${extension}`,
        conditions: [{ kind: 'call.stateChange', reason: 'AcceptedByDevice', localUri: extension }],
        actions: [{ kind: 'siren.profile', profile: `Bench ${extension}`, run: 'start' }],
      }),
    ),
  }));
  await first.close();
  return Device.start(options);
}

function reply(answer: HostReply): void {
  process.send?.(answer);
}
