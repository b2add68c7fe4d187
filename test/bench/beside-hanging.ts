import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { sendNotification } from '../../src/device/send-notification.js';
import { EventBus } from '../../src/events/event-bus.js';
import { recipientSchema } from '../../src/recipients/recipients-schema.js';
import { Recipients } from '../../src/recipients/recipients.js';
import type { Rule } from '../../src/rules/rule.js';
import { Rules } from '../../src/rules/rules.js';
import { callEvents } from './call-of-five-events.js';

/** What passed while a recipient hung. */
export interface BesideHanging {
  /** Events a second whose notifications were all on the disk. */
  readonly eventsPerSecond: number;
  /** Notifications a second that these events made. */
  readonly notificationsPerSecond: number;
}

const EVENTS = 100_000;
/** Whole calls between two looks whether what they made is kept. */
const CALLS_A_STRETCH = 100;
/** Stretches that may wait for the disk: with more, 1,000 actions would be under way, and the rules skip what comes on top. */
const MOST_STRETCHES = 2;
/** What a call makes. */
const NOTIFICATIONS_A_CALL = 3;

/**
 * Events with these rules, some of which send a notification to a web server that takes the connection and never answers:
 * the whole way from the bus to the outbox on the disk, and the attempt to deliver that hangs.
 */
export async function besideHanging(rules: readonly Rule[]): Promise<BesideHanging> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-outbox-'));
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = new SystemClock();
  const bus = new EventBus({ clock, log: silentLog });
  const recipients = new Recipients({
    folder,
    clock,
    log: silentLog,
    recipients: [recipientSchema.parse({ ...HANGING, settings: { url: `http://127.0.0.1:${port}/` } })],
    publish: (event) => bus.publish(event),
    device: () => ({ name: 'Gate 3', timeZone: 'UTC' }),
    trust: (verify) => ({ verify, authorities: [] }),
    calls: NO_CALLS,
  });
  let kept: Promise<unknown>[] = [];
  const running = new Rules({
    bus,
    clock,
    log: silentLog,
    rules,
    perform: (intent) => {
      if (intent.kind !== 'notification.send') return undefined;
      const sent = sendNotification(intent, { recipients, calls: NO_CALLS, log: silentLog });
      kept.push(sent);
      return sent;
    },
  });
  let notifications = 0;
  const stretches: Promise<unknown>[] = [];
  const run = async (events: number) => {
    let done = 0;
    while (done < events) {
      for (let call = 0; call < CALLS_A_STRETCH; call++) {
        for (const event of callEvents(`call-${done}`)) {
          bus.publish(event);
          done++;
        }
      }
      notifications += kept.length;
      stretches.push(Promise.all(kept));
      kept = [];
      await (stretches.length > MOST_STRETCHES ? stretches.shift() : Promise.resolve());
    }
    await Promise.all(stretches.splice(0));
  };
  await run(EVENTS / 10);
  notifications = 0;
  const begin = performance.now();
  await run(EVENTS);
  const seconds = (performance.now() - begin) / 1_000;
  const { isSending } = await recipients.status(HANGING.id);
  if (!isSending || sockets.length === 0) throw new Error('The recipient does not hang.');
  if (notifications !== (EVENTS / 5) * NOTIFICATIONS_A_CALL) throw new Error('A notification was skipped.');
  if (statSync(join(folder, 'outbox', `${HANGING.id}.journal`)).size === 0)
    throw new Error('Nothing is on the disk.');
  running.close();
  await recipients.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  rmSync(folder, { recursive: true, force: true });
  return { eventsPerSecond: EVENTS / seconds, notificationsPerSecond: notifications / seconds };
}

const HANGING = { id: 'hanging', name: 'Hanging', kind: 'http', timeoutSeconds: 120 };

const NO_CALLS = {
  place: () => Promise.reject(new Error('there are no calls here')),
  record: () => Promise.reject(new Error('there are no calls here')),
  end: () => undefined,
  listen: () => () => undefined,
  contact: () => ({ address: '', account: '' }),
};
