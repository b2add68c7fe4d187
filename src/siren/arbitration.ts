import type { ActivityId, ProfileName } from '../base/ids.js';
import type { Activity } from './activity.js';
import { byRank, isAlarm, isSystem } from './rank.js';

/*
 * Light and siren are arbitrated apart from each other, each by this machine. One activity:
 *
 *              start
 *                |                       a higher one starts
 *      highest? / \ no          RUNNING ---------------------> WAITING
 *              v   v                    <---------------------
 *        RUNNING   WAITING                the higher one ends
 *
 *      RUNNING, WAITING --- stopped, last owner let go, time over, replaced ---> gone
 *
 * Time runs on while an activity waits, so one may go without having been seen again.
 */

/** All activities of one function, the running one first. At most one for each priority. */
export interface ArbitrationState<Content> {
  readonly activities: readonly Activity<Content>[];
}

/** An activity to start; the machine gives it its place, the shell its id. */
export interface ActivityStart<Content> {
  readonly id: ActivityId;
  readonly profile: ProfileName | undefined;
  readonly priority: number;
  readonly content: Content;
  /** How long it lasts in milliseconds; none is until stopped. */
  readonly lasts: number | undefined;
  /** Whether it lasts for whole periods of its pattern, which then begin anew with each start. */
  readonly isCounted: boolean;
  readonly cause: string;
  readonly owner: string;
}

/** Which activities to stop. Only a release by its owner ends one of the device's own. */
export type StopTarget =
  | { readonly activity: ActivityId }
  | { readonly profile: string }
  /** What the owner holds, where there is a priority only what has it. */
  | { readonly owner: string; readonly priority?: number | undefined }
  | 'all';

export type ArbitrationInput<Content> = { readonly now: number } & (
  | { readonly type: 'start'; readonly start: ActivityStart<Content> }
  /** An activity from before a restart, with the times it had. */
  | { readonly type: 'restore'; readonly activity: Activity<Content> }
  | { readonly type: 'stop'; readonly target: StopTarget; readonly cause: string }
  /** Time has passed. */
  | { readonly type: 'tick' }
);

export type EndReason =
  | { readonly kind: 'stopped'; readonly cause: string }
  | { readonly kind: 'timeOver' }
  | { readonly kind: 'replaced'; readonly by: Activity };

export type ArbitrationEffect<Content> = {
  readonly activity: Activity<Content>;
  /** One of the two halves of a turn: one gives way, another shows in its place, and in between it never is dark. */
  readonly isHandover?: true;
} /** New, or started again by another owner; `isRunning` tells whether it shows or waits. */ & (
  | { readonly change: 'started'; readonly isRunning: boolean }
  | { readonly change: 'interrupted'; readonly by: Activity<Content> }
  /** It shows again, or for the first time after it had to wait. */
  | { readonly change: 'resumed' }
  | { readonly change: 'ended'; readonly reason: EndReason }
);

export interface ArbitrationStep<Content> {
  readonly state: ArbitrationState<Content>;
  /** In the order in which they happen. */
  readonly effects: readonly ArbitrationEffect<Content>[];
}

type Effects<Content> = ArbitrationEffect<Content>[];
type Activities<Content> = readonly Activity<Content>[];

/** What is there after `input`, and what changed on the way. Time that is over ends activities first. */
export function next<Content>(
  state: ArbitrationState<Content>,
  input: ArbitrationInput<Content>,
): ArbitrationStep<Content> {
  const effects: Effects<Content> = [];
  const present = expire(state.activities, input.now, effects);
  let activities = present;
  let started: Activity<Content> | undefined;
  if (input.type === 'start') {
    started = startedOver(present, input.start, input.now);
    activities = place(present, started, effects);
  } else if (input.type === 'restore') {
    started = input.activity;
    activities = place(present, started, effects);
  } else if (input.type === 'stop') {
    activities = stop(present, input.target, input.cause, effects);
  }
  reportTurn({ before: state.activities[0], activities, started, effects });
  return { state: { activities }, effects };
}

function expire<Content>(
  activities: Activities<Content>,
  now: number,
  effects: Effects<Content>,
): Activities<Content> {
  return keep(
    activities,
    effects,
    { kind: 'timeOver' },
    ({ endsAt }) => endsAt === undefined || endsAt > now,
  );
}

/** Keeps what `isKept` says and reports the rest as ended; the same array where nothing ends. */
function keep<Content>(
  activities: Activities<Content>,
  effects: Effects<Content>,
  reason: EndReason,
  isKept: (activity: Activity<Content>) => boolean,
): Activities<Content> {
  const kept = activities.filter(isKept);
  if (kept.length === activities.length) return activities;
  for (const activity of activities) {
    if (!kept.includes(activity)) effects.push({ change: 'ended', activity, reason });
  }
  return kept;
}

/**
 * The activity that a start makes. A profile that is there already goes on for all its owners and the new one:
 * whoever needs an alarm keeps it, whoever else lets go. With unchanged settings it is the same activity, whose
 * time starts over; its rhythm goes on undisturbed, unless it counts whole periods.
 */
function startedOver<Content>(
  present: Activities<Content>,
  start: ActivityStart<Content>,
  now: number,
): Activity<Content> {
  const { id, profile, priority, content, lasts, isCounted, cause, owner } = start;
  const earlier = earlierOf(present, start);
  const isSame = earlier?.content === content && earlier.priority === priority;
  const owners = earlier?.owners ?? [];
  return {
    id: isSame ? earlier.id : id,
    profile,
    priority,
    content,
    startedAt: now,
    phaseAt: isSame && !isCounted ? earlier.phaseAt : now,
    endsAt: lasts === undefined ? undefined : now + lasts,
    cause,
    owners: owners.includes(owner) ? owners : [...owners, owner],
  };
}

/** What a start starts again: the activity of its profile, or without one the same content at the same priority. */
function earlierOf<Content>(
  present: Activities<Content>,
  { profile, priority, content }: ActivityStart<Content>,
): Activity<Content> | undefined {
  if (profile !== undefined) return present.find((other) => other.profile === profile);
  if (!isAlarm({ priority })) return undefined;
  return present.find(
    (other) => other.profile === undefined && other.priority === priority && other.content === content,
  );
}

/** Puts the activity in its place; whatever has its priority or its profile ends. */
function place<Content>(
  present: Activities<Content>,
  started: Activity<Content>,
  effects: Effects<Content>,
): Activities<Content> {
  const others = present.filter(({ id }) => id !== started.id);
  const reason: EndReason = { kind: 'replaced', by: started };
  const kept = keep(others, effects, reason, ({ priority, profile }) => {
    return priority !== started.priority && (profile === undefined || profile !== started.profile);
  });
  return [...kept, started].sort(byRank);
}

function stop<Content>(
  present: Activities<Content>,
  target: StopTarget,
  cause: string,
  effects: Effects<Content>,
): Activities<Content> {
  const reason: EndReason = { kind: 'stopped', cause };
  if (target === 'all') return keep(present, effects, reason, isSystem);
  if ('owner' in target) return release(present, target, reason, effects);
  return keep(present, effects, reason, (activity) => {
    const isMeant =
      'profile' in target ? activity.profile === target.profile : activity.id === target.activity;
    return !isMeant || isSystem(activity);
  });
}

function release<Content>(
  present: Activities<Content>,
  { owner, priority }: Extract<StopTarget, { owner: string }>,
  reason: EndReason,
  effects: Effects<Content>,
): Activities<Content> {
  const isMeant = (activity: Activity): boolean =>
    activity.owners.includes(owner) && (priority === undefined || activity.priority === priority);
  if (!present.some(isMeant)) return present;
  const held = keep(
    present,
    effects,
    reason,
    (activity) => !isMeant(activity) || activity.owners.some((other) => other !== owner),
  );
  return held.map((activity) =>
    isMeant(activity)
      ? { ...activity, owners: activity.owners.filter((other) => other !== owner) }
      : activity,
  );
}

interface Turn<Content> {
  readonly before: Activity<Content> | undefined;
  readonly activities: Activities<Content>;
  readonly started: Activity<Content> | undefined;
  readonly effects: Effects<Content>;
}

/** Reports who had to give way and whose turn it is, by comparing who ran before with who runs now. */
function reportTurn<Content>({ before, activities, started, effects }: Turn<Content>): void {
  const running = activities[0];
  const isTurn = running !== undefined && running.id !== before?.id;
  const interrupted = isTurn ? activities.find(({ id }) => id === before?.id) : undefined;
  if (isTurn && interrupted) effects.push({ change: 'interrupted', activity: interrupted, by: running });
  if (started) effects.push({ change: 'started', activity: started, isRunning: running?.id === started.id });
  if (isTurn && running.id !== started?.id) effects.push({ change: 'resumed', activity: running });
  if (isTurn && before !== undefined) markHandover(effects, [before.id, running.id]);
}

function markHandover<Content>(effects: Effects<Content>, ids: readonly ActivityId[]): void {
  effects.forEach((effect, index) => {
    if (ids.includes(effect.activity.id)) effects[index] = { ...effect, isHandover: true };
  });
}
