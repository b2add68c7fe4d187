import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import { randomToken } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { ActivityEvent, AlarmEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { Show } from '../outputs/show.js';
import { AtomicFile } from '../store/atomic-file.js';
import { readNewest } from '../store/read-newest.js';
import { SpacedWriter } from '../store/spaced-writer.js';
import { type Alarm, type AlarmDelivery, stateOf } from './alarm.js';
import type { Siren } from './siren.js';
import { readAlarms, writeAlarms } from './stored-alarms.js';

const FILE = 'alarms.json';

/** Alarms that are over and kept, on the disk too. */
const HISTORY = 200;

/** Of one alarm; more outputs than a device has. */
const MOST_DELIVERIES = 64;

const UNREADABLE = 'alarms of before the restart cannot be read';

const OVER_WITH_RESTART = 'the device was restarted, and nothing holds it any more';

export interface AlarmsOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

interface AlarmSources {
  readonly siren: Siren;
  readonly bus: EventBus;
}

/** Which alarms to acknowledge. */
export type AlarmChoice = { readonly id: string } | { readonly profile: string } | 'all';

export interface AcknowledgeOptions {
  /** Who, for a person. */
  readonly by: string;
  readonly note?: string | undefined;
}

/** The output that shows something. */
export type ShowingOutput = Pick<AlarmDelivery, 'output' | 'name' | 'kind'>;

/** An alarm that is there. */
interface Live {
  alarm: Alarm;
  /** When it escalates, on the clock's time. */
  dueAt: number | undefined;
}

/** Who sees what; it may be known before the alarm is. */
interface Showing {
  readonly output: ShowingOutput;
  readonly at: number;
  readonly activities: ReadonlySet<number>;
}

/**
 * Follows each profile that is started as an alarm: which outputs have delivered it, who acknowledged it and how it
 * ended, and starts another profile where nobody acknowledges it in time. Kept on disk over restarts.
 */
export class Alarms {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #writer: SpacedWriter;
  /** By profile. */
  readonly #live = new Map<string, Live>();
  /** Newest first. */
  #history: readonly Alarm[];
  readonly #past: readonly Alarm[];
  readonly #savedAt: number;
  readonly #showing = new Map<string, Showing>();
  #sources: AlarmSources | undefined;
  #unsubscribe: Unsubscribe | undefined;
  #timer: Timer | undefined;

  /** Reads the file; one that is damaged is reported and the copy before it taken. Throws nothing. */
  static async open(options: AlarmsOptions): Promise<Alarms> {
    const file = new AtomicFile(join(options.folder, FILE));
    const log = options.log.room('siren');
    try {
      const { content, isDamaged } = await readNewest(file, readAlarms);
      if (isDamaged || (content && content.lost > 0)) {
        log.error(UNREADABLE, { file: file.path, lost: content?.lost ?? 'all' });
      }
      return new Alarms(file, {
        ...options,
        log,
        past: content?.alarms ?? [],
        savedAt: content?.savedAt ?? 0,
      });
    } catch (error) {
      log.error(UNREADABLE, { error: messageOf(error) });
      return new Alarms(file, { ...options, log, past: [], savedAt: 0 });
    }
  }

  private constructor(
    file: AtomicFile,
    options: AlarmsOptions & { readonly past: readonly Alarm[]; readonly savedAt: number },
  ) {
    const { clock, log, past, savedAt } = options;
    this.#clock = clock;
    this.#log = log;
    this.#past = past.filter(({ cleared }) => !cleared);
    this.#history = past.filter(({ cleared }) => cleared);
    this.#savedAt = savedAt;
    this.#writer = new SpacedWriter({
      clock,
      name: 'alarms file',
      content: () => JSON.stringify(this.#all()),
      write: () => file.write(writeAlarms(this.#all(), clock.wallTime())),
      onFailure: (error) => {
        log.error('the alarms could not be stored; a restart would forget them', { error: messageOf(error) });
      },
      written: past.length === 0 ? '[]' : undefined,
    });
  }

  /** Follows the siren from now on, once what ran before a restart runs again. */
  follow(sources: AlarmSources): void {
    this.#sources = sources;
    this.#unsubscribe = sources.bus.subscribe(({ event }) => {
      if (event.type === 'activity') this.#followActivity(event);
    });
    for (const alarm of this.#past) this.#bringBack(alarm);
    this.#writer.changed();
  }

  /** The present ones and those that are over, newest first. */
  list(): { readonly present: readonly Alarm[]; readonly history: readonly Alarm[] } {
    return { present: [...this.#live.values()].map(({ alarm }) => alarm).reverse(), history: this.#history };
  }

  /** Whether the alarm of a profile, or one that escalated to it, waits to be acknowledged. */
  isWaiting(profile: string): boolean {
    const live = this.#live.get(profile);
    if (!live) return false;
    return [live, ...this.#origins(live)].some(({ alarm }) => stateOf(alarm) === 'unacknowledged');
  }

  /** Forgets the alarms that are over. */
  forgetHistory(): void {
    this.#history = [];
    this.#writer.changed();
  }

  /** An output shows this. */
  shown(output: ShowingOutput, { light, siren }: Pick<Show, 'light' | 'siren'>): void {
    const activities = new Set([light, siren].flatMap((one) => (one ? [one.activityId as number] : [])));
    const showing = { output, at: this.#clock.wallTime(), activities };
    this.#showing.set(output.output, showing);
    for (const live of this.#live.values()) this.#noteDelivery(live, showing);
  }

  /**
   * Acknowledges, with the effect that the profile sets; an alarm that escalated to this one is acknowledged with it.
   * Answers with those that were.
   *
   * @throws SipsirenError NOT_FOUND where there is no such alarm, CONFLICT where it was acknowledged before or its
   * profile does not ask for it. For `all`, neither.
   */
  acknowledge(choice: AlarmChoice, options: AcknowledgeOptions): readonly Alarm[] {
    const chosen = choice === 'all' ? [...this.#live.values()] : [this.#find(choice)];
    const concerned = chosen.flatMap((live) => [live, ...this.#origins(live)]);
    const waiting = [...new Set(concerned)].filter(({ alarm }) => stateOf(alarm) === 'unacknowledged');
    if (waiting.length === 0 && choice !== 'all') refuse(chosen[0]?.alarm);
    for (const live of waiting) this.#acknowledge(live, options);
    return waiting.map(({ alarm }) => alarm);
  }

  /** Follows no longer; resolves when the last change is on the disk or has failed. Idempotent. */
  async close(): Promise<void> {
    if (!this.#unsubscribe) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    this.#timer?.cancel();
    await this.#writer.close();
  }

  #all(): readonly Alarm[] {
    return [...[...this.#live.values()].map(({ alarm }) => alarm), ...this.#history];
  }

  #followActivity({ profile, purpose, change, priority, cause }: ActivityEvent): void {
    if (profile === undefined || purpose !== undefined) return;
    const live = this.#live.get(profile);
    if (change === 'ended') {
      if (live && !this.#runs(profile)) this.#clear(live, cause);
    } else if (change === 'started' && (!live || live.alarm.acknowledged)) {
      // What an earlier acknowledgement silenced begins anew, and somebody has to know of it again.
      if (live) this.#clear(live, `started again, ${cause}`);
      if (this.#runs(profile)) this.#raise(profile, { priority, cause });
    }
  }

  #raise(profile: Alarm['profile'], { priority, cause }: Pick<Alarm, 'priority' | 'cause'>): void {
    const now = this.#clock.wallTime();
    const { effect, escalation } = this.#sources?.siren.profile(profile)?.acknowledgement ?? {};
    const wait = (escalation?.afterSeconds ?? 0) * 1_000;
    const live: Live = {
      alarm: {
        id: randomToken(6),
        profile,
        priority,
        cause,
        raisedAt: now,
        ...(effect && { effect }),
        delivered: [],
        ...(escalation && { escalation: { ...escalation, dueAt: now + wait } }),
      },
      dueAt: escalation && this.#clock.now() + wait,
    };
    this.#live.set(profile, live);
    this.#report(live.alarm, 'raised', { cause });
    for (const showing of this.#showing.values()) this.#noteDelivery(live, showing);
    this.#armTimer();
  }

  #bringBack(alarm: Alarm): void {
    const { profile, escalation, acknowledged } = alarm;
    const live: Live = { alarm, dueAt: undefined };
    if (!this.#runs(profile)) {
      this.#clear(live, OVER_WITH_RESTART);
      return;
    }
    if (escalation && !acknowledged && escalation.startedAt === undefined) {
      // A clock that was set back knows nothing of the time that passed.
      const left = escalation.dueAt - Math.max(this.#clock.wallTime(), this.#savedAt);
      const most = escalation.afterSeconds * 1_000;
      live.dueAt = this.#clock.now() + Math.min(most, Math.max(0, left));
    }
    this.#live.set(profile, live);
    const { by } = acknowledged ?? {};
    this.#report(alarm, acknowledged ? 'acknowledged' : 'raised', {
      cause: `${alarm.cause}; known from before a restart`,
      ...(by !== undefined && { by }),
    });
    this.#armTimer();
  }

  #runs(profile: string): boolean {
    return this.#activitiesOf(profile).length > 0;
  }

  #activitiesOf(profile: string): number[] {
    const { light = [], siren = [] } = this.#sources?.siren.activities ?? {};
    return [...light, ...siren].filter((one) => one.profile === profile).map(({ id }) => id);
  }

  #noteDelivery(live: Live, { output, at, activities }: Showing): void {
    const { alarm } = live;
    const { delivered } = alarm;
    if (delivered.length >= MOST_DELIVERIES || delivered.some((one) => one.output === output.output)) return;
    if (!this.#activitiesOf(alarm.profile).some((id) => activities.has(id))) return;
    live.alarm = { ...alarm, delivered: [...delivered, { ...output, at: Math.max(at, alarm.raisedAt) }] };
    const cause = `shown by the output ${output.name === '' ? output.output : `"${output.name}"`}`;
    this.#report(live.alarm, 'delivered', { cause, output: output.output });
  }

  #find(choice: Exclude<AlarmChoice, 'all'>): Live {
    const found = [...this.#live.values()].find(({ alarm }) =>
      'id' in choice ? alarm.id === choice.id : alarm.profile === choice.profile,
    );
    if (found) return found;
    const text =
      'id' in choice
        ? `There is no alarm ${choice.id}; it may be over.`
        : `There is no alarm of the profile "${choice.profile}"; it may be over.`;
    throw new SipsirenError('NOT_FOUND', text);
  }

  /** The alarms that escalated to this one, and those that escalated to them. */
  #origins({ alarm: { profile } }: Live, seen: readonly string[] = []): Live[] {
    return [...this.#live.values()]
      .filter(({ alarm: { escalation, profile: from } }) => {
        return escalation?.profile === profile && escalation.startedAt !== undefined && !seen.includes(from);
      })
      .flatMap((live) => [live, ...this.#origins(live, [...seen, profile])]);
  }

  #acknowledge(live: Live, { by, note }: AcknowledgeOptions): void {
    const { profile, effect } = live.alarm;
    const noted = note === undefined || note === '' ? {} : { note };
    live.alarm = { ...live.alarm, acknowledged: { by, at: this.#clock.wallTime(), ...noted } };
    live.dueAt = undefined;
    const cause = `acknowledged ${by}`;
    this.#report(live.alarm, 'acknowledged', { cause, by, ...noted });
    this.#endEscalation(live, 'acknowledged', cause);
    const siren = this.#sources?.siren;
    if (effect === 'stop') siren?.stopProfile(profile, { cause });
    if (effect === 'silence') siren?.silenceProfile(profile, { cause });
    this.#armTimer();
  }

  #clear(live: Live, cause: string): void {
    const { profile } = live.alarm;
    live.alarm = { ...live.alarm, cleared: { at: this.#clock.wallTime(), cause } };
    live.dueAt = undefined;
    if (this.#live.get(profile) === live) this.#live.delete(profile);
    this.#history = [live.alarm, ...this.#history].slice(0, HISTORY);
    this.#report(live.alarm, 'cleared', { cause });
    this.#endEscalation(live, 'cleared', `the alarm "${profile}" is over`);
    this.#armTimer();
  }

  #escalate(live: Live): void {
    const { profile, escalation } = live.alarm;
    live.dueAt = undefined;
    if (!escalation) return;
    const cause = `the alarm "${profile}" was not acknowledged within ${escalation.afterSeconds} s`;
    try {
      this.#sources?.siren.startProfile(escalation.profile, { owner: ownerOf(profile), cause });
    } catch (error) {
      this.#log.error('an alarm could not escalate', { profile, error: messageOf(error) });
      return;
    }
    live.alarm = { ...live.alarm, escalation: { ...escalation, startedAt: this.#clock.wallTime() } };
    this.#report(live.alarm, 'escalated', { cause, escalatedTo: escalation.profile });
  }

  #endEscalation(
    { alarm: { profile, escalation } }: Live,
    at: 'acknowledged' | 'cleared',
    cause: string,
  ): void {
    if (escalation?.startedAt === undefined || escalation.endsWhen === 'never') return;
    if (at === 'cleared' || escalation.endsWhen === at) {
      this.#sources?.siren.stopOwner(ownerOf(profile), { cause });
    }
  }

  #armTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const due = [...this.#live.values()].flatMap(({ dueAt }) => dueAt ?? []);
    if (due.length === 0) return;
    const delay = Math.max(0, Math.min(...due) - this.#clock.now());
    this.#timer = this.#clock.startTimer('alarm escalation', milliseconds(delay), () => {
      const now = this.#clock.now();
      for (const live of [...this.#live.values()]) {
        if (live.dueAt !== undefined && live.dueAt <= now) this.#escalate(live);
      }
      this.#armTimer();
    });
  }

  #report(
    alarm: Alarm,
    change: AlarmEvent['change'],
    more: Pick<AlarmEvent, 'cause' | 'by' | 'note' | 'output' | 'escalatedTo'>,
  ): void {
    const { id, profile, priority } = alarm;
    const event = { type: 'alarm', alarmId: id, profile, change, state: stateOf(alarm), priority } as const;
    this.#sources?.bus.publish({ ...event, ...more });
    this.#writer.changed();
  }
}

/** Holds what an alarm escalated to. */
function ownerOf(profile: string): string {
  return `escalation:${profile}`;
}

function refuse(alarm: Alarm | undefined): never {
  const name = `"${alarm?.profile ?? ''}"`;
  throw new SipsirenError(
    'CONFLICT',
    alarm?.acknowledged
      ? `The alarm ${name} was acknowledged before, ${alarm.acknowledged.by}.`
      : `The profile ${name} does not ask for an acknowledgement; stop it to end it.`,
  );
}
