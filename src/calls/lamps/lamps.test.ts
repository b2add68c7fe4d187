import { afterEach, expect, it } from '@jest/globals';
import { callInvitation } from '../../../test/support/call-invitation.js';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { milliseconds } from '../../base/duration.js';
import { silentLog } from '../../base/log.js';
import { PEER_TO_PEER_ACCOUNT } from '../account.js';
import { AccountDirectory } from '../account-directory.js';
import type { IncomingSignalingSubscription, LampState } from '../signaling-subscription.js';
import { sipSettingsSchema } from '../sip-settings.js';
import { Lamps } from './lamps.js';

const account = PEER_TO_PEER_ACCOUNT;
const identity = { uri: 'sip:desk@192.0.2.1', source: 'From', isPrivate: false } as const;

let isAlarm = false;
const clock = new FakeClock();
const lamps = new Lamps({
  clock,
  log: silentLog,
  setup: { settings: sipSettingsSchema.parse({}), directory: new AccountDirectory([account]) },
  ledger: { inProgress: [] },
  admission: {
    askerOf: () => ({ account, identity }),
    judge: () => ({ verdict: 'admitted', account }),
    isWelcome: () => true,
  },
  // All come by one server, so that there may be many.
  trust: { trustOf: () => 'trusted', isServer: () => true, hasServers: true },
  source: () => () => isAlarm,
});

afterEach(() => {
  lamps.close();
  expect(clock.pending).toEqual([]);
});

it('A crowd is told bit by bit, each of the newest state, and none that has left', () => {
  const told: LampState[] = [];
  const crowd = Array.from({ length: 60 }, () => watcher(told));
  for (const subscription of crowd) lamps.receive(subscription);
  expect(lamps.list()).toHaveLength(60);
  isAlarm = true;
  for (let event = 0; event < 5; event += 1) lamps.refresh();
  clock.advance(milliseconds(20));
  expect(told).toHaveLength(25);
  crowd.at(-1)!.onEnd('left');
  clock.advance(milliseconds(20));
  expect(told).toHaveLength(50);
  isAlarm = false;
  clock.advance(milliseconds(20));
  expect(told.slice(0, 50).every((state) => state === 'alarm')).toBe(true);
  clock.advance(milliseconds(200));
  // Those that had not been told of the alarm hear that there is none, as all others do.
  expect(told.slice(50).every((state) => state === 'idle')).toBe(true);
  expect(told).toHaveLength(50 + 59);
  lamps.refresh();
  clock.advance(milliseconds(20));
  expect(told).toHaveLength(50 + 59);
});

function watcher(told: LampState[]): IncomingSignalingSubscription {
  let state: () => LampState = () => 'idle';
  return {
    invitation: callInvitation(),
    kind: 'dialog',
    onEnd: () => undefined,
    onReached: () => undefined,
    onRefresh: () => true,
    authenticate: () => 'known',
    accept: (lamp) => (state = lamp.state),
    refuse: (status) => {
      throw new Error(`refused: ${status}`);
    },
    drop: () => undefined,
    changed: () => told.push(state()),
  };
}
