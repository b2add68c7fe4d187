import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type {
  AlarmsView,
  CallStatus,
  Explanation,
  HealthCheckView,
  LightView,
  Profile,
  Rule,
  StatusView,
} from '../../../src/control/page-data.js';
import type { DeviceEvent } from '../../../src/events/device-event.js';
import { read } from './device-api.js';
import { type LightPicture, type Sound, openStream } from './device-stream.js';
import { PictureFeed } from './picture-feed.js';

export type Connection = 'connecting' | 'connected' | 'lost';

/** Everything the page knows of the device. */
export type Device = {
  readonly connection: Connection;
  readonly status: StatusView | undefined;
  /** By how many milliseconds the device's clock is ahead of the browser's. */
  readonly clockAhead: number;
  readonly alarms: AlarmsView | undefined;
  readonly calls: readonly CallStatus[];
  readonly decisions: readonly Explanation[];
  readonly profiles: readonly Profile[];
  readonly rules: readonly Rule[];
  /** How fast light may flash, and who flashes too fast. */
  readonly light: LightView | undefined;
  readonly health: HealthCheckView | undefined;
  readonly sound: Sound | undefined;
  /** Frames go by here and not through React, which has better things to do 25 times a second. */
  readonly pictures: PictureFeed;
  readonly missed: number;
  /** Counts up when something was configured otherwise, or does otherwise than before. */
  readonly changes: number;
};

type Lists = Pick<Device, 'alarms' | 'calls' | 'decisions' | 'profiles' | 'rules' | 'light' | 'health'>;
type ListName = keyof Lists;

const ADDRESSES: Readonly<Record<ListName, string>> = {
  alarms: '/alarms',
  calls: '/calls',
  decisions: '/rule-decisions?limit=200',
  profiles: '/profiles',
  rules: '/rules',
  light: '/light',
  health: '/health-check',
};
const ALL: readonly ListName[] = ['alarms', 'calls', 'decisions', 'profiles', 'rules', 'light', 'health'];
/** Events after which settings and their states are read again. */
const CHANGES = new Set<DeviceEvent['type']>([
  'configuration',
  'output.state',
  'account.registration',
  'mqtt.connection',
  'schedule',
  'input.virtual',
  'input.digital',
  'trigger.manual',
  'heartbeat',
  'recipient.state',
  'source.blocked',
  'rule',
  'rule.loop',
]);
/** A burst of events makes one reading. */
const READ_DELAY = 150;

export function useDevice(): Device {
  const [connection, setConnection] = useState<Connection>('connecting');
  const [status, setStatus] = useState<StatusView>();
  const [clockAhead, setClockAhead] = useState(0);
  const [sound, setSound] = useState<Sound>();
  const [missed, setMissed] = useState(0);
  const { changes, change } = useChanges();
  const [pictures] = useState(() => new PictureFeed());
  const { lists, refresh } = useLists();

  useEffect(
    () =>
      openStream({
        onConnection: (isConnected) => {
          setConnection(isConnected ? 'connected' : 'lost');
          if (isConnected) refresh(ALL);
          else setSound(undefined);
        },
        onStatus: (next) => {
          setStatus(next);
          setClockAhead(next.now - Date.now());
        },
        onEvent: ({ event }) => {
          refresh(listsTouchedBy(event));
          if (CHANGES.has(event.type)) change();
        },
        onMissed: (count) => {
          setMissed((before) => before + count);
          refresh(ALL);
        },
        onPicture: (picture: LightPicture) => {
          pictures.push(picture);
          setSound((before) => (isSame(before, picture.sound) ? before : picture.sound));
        },
      }),
    [change, pictures, refresh],
  );
  const calls = useMemo(() => upToDate(lists.calls, status), [lists.calls, status]);
  return { connection, status, clockAhead, sound, pictures, missed, changes, ...lists, calls };
}

/** Counts changes, a burst of them once. */
function useChanges(): { readonly changes: number; readonly change: () => void } {
  const [changes, setChanges] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setChanges((count) => count + 1);
    }, READ_DELAY);
  }, []);
  return { changes, change };
}

/** The lists that are read again when an event says that they may be others. */
function useLists(): { readonly lists: Lists; readonly refresh: (names: readonly ListName[]) => void } {
  const [lists, setLists] = useState<Lists>({
    alarms: undefined,
    calls: [],
    decisions: [],
    profiles: [],
    rules: [],
    light: undefined,
    health: undefined,
  });
  const due = useRef(new Set<ListName>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const refresh = useCallback((names: readonly ListName[]) => {
    for (const name of names) due.current.add(name);
    if (due.current.size === 0) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const wanted = [...due.current];
      due.current.clear();
      for (const name of wanted) {
        // What cannot be read now is read at the next event; the lost connection is shown by itself.
        read<never>(ADDRESSES[name]).then(
          (list) => setLists((before) => ({ ...before, [name]: list })),
          () => undefined,
        );
      }
    }, READ_DELAY);
  }, []);
  return { lists, refresh };
}

/** The status is newer than the list of calls: whoever hung up is not shown as active beside a dark beacon. */
function upToDate(calls: readonly CallStatus[], status: StatusView | undefined): readonly CallStatus[] {
  if (!status) return calls;
  const live = new Map(status.calls.map((call) => [call.callId, call]));
  const known = new Set(calls.map((call) => call.callId));
  const fresh = status.calls.filter((call) => !known.has(call.callId));
  return [...fresh, ...calls.map((call) => live.get(call.callId) ?? ended(call, status.now))];
}

function ended(call: CallStatus, now: number): CallStatus {
  return call.state === 'Idle' ? call : { ...call, state: 'Idle', reason: 'Terminated', endedAt: now };
}

function listsTouchedBy(event: DeviceEvent): readonly ListName[] {
  switch (event.type) {
    case 'call.state':
    case 'call.stateChange':
    case 'call.dtmf':
    case 'call.dtmfSequence':
    case 'rule':
      return ['calls', 'decisions'];
    case 'configuration':
      return ['profiles', 'rules', 'light', 'health'];
    case 'alarm':
      return ['alarms'];
    case 'healthCheck':
      return ['health'];
    default:
      return [];
  }
}

function isSame(one: Sound | undefined, other: Sound | undefined): boolean {
  return (
    one?.activityId === other?.activityId &&
    one?.pattern === other?.pattern &&
    one?.intensity === other?.intensity
  );
}
