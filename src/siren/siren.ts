import type { Clock } from '../base/clock.js';
import { Emitter, type Unsubscribe } from '../base/emitter.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { ActivityId, ProfileName } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { ActivityEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import { findSoundPattern } from '../patterns/sound/index.js';
import type { Show } from '../outputs/show.js';
import { activityEvent } from './activity-event.js';
import { lightLength, sirenLength } from './activity-length.js';
import { ActivityList } from './activity-list.js';
import { type ActivityStatus, statusOf } from './activity-status.js';
import type { Activity } from './activity.js';
import type { ArbitrationEffect, ArbitrationInput, StopTarget } from './arbitration.js';
import { nextShow } from './next-show.js';
import { OWN_ACTIVITIES } from './own-activities.js';
import type { Profile } from './profile.js';
import { PREVIEW_PRIORITY } from './purpose.js';
import { byRank, isAlarm, isSystem } from './rank.js';
import { type RememberedActivity, revived } from './remembered-activity.js';
import type { SirenStatus } from './siren-status.js';

type LightContent = NonNullable<Profile['light']>;
type SirenContent = NonNullable<Profile['siren']>;

const PREVIEW_OWNER = 'preview';

/** The device's own activities that a person starts and stops by name. */
export type OwnPurpose = keyof typeof OWN_ACTIVITIES;

export interface SirenOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly profiles: readonly Profile[];
  /** What a siren sounds. Default: the manual's pattern of the name alone. */
  readonly soundOf?: ((siren: SirenContent) => SoundPattern | undefined) | undefined;
}

/** Who starts an activity. */
export interface StartOptions {
  /** Names the holder, who can let go of it: `rule:4f1c`, `person`. */
  readonly owner: string;
  /** Who and why, for a person: `rule "Evacuate on 1001"`. */
  readonly cause: string;
  /** How long it lasts. Default: what the profile says. */
  readonly seconds?: number | undefined;
}

/** Why an activity is stopped, for a person. */
export interface StopOptions {
  readonly cause: string;
}

interface StopFunctions {
  /** Default: both. */
  readonly functions?: readonly ActivityEvent['function'][];
}

interface StopPurpose {
  /** Default: all of them, and profiles. */
  readonly purpose?: OwnPurpose | undefined;
}

export interface OwnOptions {
  /** How long it lasts; none is until it is stopped. */
  readonly seconds?: number | undefined;
  readonly cause: string;
  /** Who else lets go of it. Default: only `stopOwn` ends it. */
  readonly owner?: string;
}

/** What is looked at before it becomes a profile. */
export interface Preview {
  readonly light?: LightContent | undefined;
  readonly siren?: SirenContent | undefined;
  readonly seconds: number;
  readonly cause: string;
}

interface Activities {
  readonly light: readonly Activity<LightContent>[];
  readonly siren: readonly Activity<SirenContent>[];
}

/** What is started, of light and siren whichever there is. */
interface Plan {
  readonly profile?: ProfileName;
  readonly priority: number;
  readonly light?: LightContent | undefined;
  readonly siren?: SirenContent | undefined;
  readonly duration: Profile['duration'];
}

/** What a profile is but for its name. */
export type UnnamedActivity = Pick<Profile, 'light' | 'siren' | 'priority' | 'duration'>;

/** The activities that a profile started, one for each function it has. */
export interface StartedActivities {
  readonly lightId?: ActivityId;
  readonly sirenId?: ActivityId;
}

/**
 * Starts and stops profiles and decides what shows. A start has been shown by the outputs when it returns;
 * what changed goes over the bus.
 */
export class Siren {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #bus: EventBus;
  readonly #light: ActivityList<LightContent>;
  readonly #siren: ActivityList<SirenContent>;
  readonly #shows = new Emitter<Show>();
  readonly #soundOf: (siren: SirenContent) => SoundPattern | undefined;
  #profiles: ReadonlyMap<string, Profile> = new Map();
  #show: Show = {};
  #lastId = 0;

  constructor({ clock, log, bus, profiles, soundOf }: SirenOptions) {
    this.#clock = clock;
    this.#log = log.room('siren');
    this.#bus = bus;
    this.#soundOf = soundOf ?? (({ pattern }) => findSoundPattern(pattern));
    // Light and siren of a profile that are over at the same time end in one change of the show.
    const onTimeOver = () => this.#applyToBoth({ type: 'tick', now: clock.now() });
    this.#light = new ActivityList({ name: 'light', clock, onTimeOver });
    this.#siren = new ActivityList({ name: 'siren', clock, onTimeOver });
    this.setProfiles(profiles);
  }

  /**
   * Takes these profiles from now on. What runs goes on as it was started, also if its profile has changed or
   * is gone: an edit ends no alarm. The new settings take effect when the profile is started again.
   */
  setProfiles(profiles: readonly Profile[]): void {
    const known = this.#profiles;
    this.#profiles = new Map(
      profiles.map((profile) => {
        const earlier = known.get(profile.name);
        const light = settled(earlier?.light, profile.light);
        const siren = settled(earlier?.siren, profile.siren);
        return [profile.name, { ...profile, light, siren }];
      }),
    );
  }

  /**
   * Starts light and siren of a profile. Started by another owner while it is there, it goes on until the last
   * of its owners lets go, and its time starts over.
   *
   * @throws SipsirenError NOT_FOUND where no profile has the name.
   */
  startProfile(name: string, options: StartOptions): StartedActivities {
    const profile = this.#profiles.get(name);
    if (!profile) throw new SipsirenError('NOT_FOUND', `There is no profile "${name}".`, { path: 'profile' });
    const { light, siren, priority } = profile;
    const duration = options.seconds === undefined ? profile.duration : lasting(options.seconds);
    return this.#start({ profile: profile.name, priority, light, siren, duration }, options);
  }

  /**
   * Starts a light, a siren or both that no profile describes. What has its priority ends, unless it is the same: then
   * only its time starts over, so that who renews an alarm every few seconds does not break its rhythm.
   */
  startUnnamed(wanted: UnnamedActivity, options: StartOptions): StartedActivities {
    const light = settledIn(this.#light.activities, wanted.priority, wanted.light);
    const siren = settledIn(this.#siren.activities, wanted.priority, wanted.siren);
    return this.#start({ ...wanted, light, siren }, options);
  }

  /** An id for an activity that is kept elsewhere: of a caller who speaks. */
  takeId(): ActivityId {
    return ++this.#lastId as ActivityId;
  }

  /** Starts one of the device's own activities; one that is there is started again. */
  startOwn(purpose: OwnPurpose, { seconds, cause, owner = purpose }: OwnOptions): StartedActivities {
    const { priority, light, siren } = OWN_ACTIVITIES[purpose];
    return this.#start({ priority, light, siren, duration: lasting(seconds) }, { owner, cause });
  }

  /** Ends one of the device's own activities, whoever holds it. Returns whether it was there. */
  stopOwn(purpose: OwnPurpose, { cause }: StopOptions): boolean {
    const { priority } = OWN_ACTIVITIES[purpose];
    const activities = [...this.#light.activities, ...this.#siren.activities];
    const owners = new Set(
      activities.filter((one) => one.priority === priority).flatMap((one) => one.owners),
    );
    return [...owners].map((owner) => this.#stop({ owner }, cause)).some((hasEnded) => hasEnded);
  }

  /** One of the device's own activities as the status shows it; none where it is not there. */
  own(purpose: OwnPurpose): ActivityStatus | undefined {
    const { light, siren } = this.status();
    return [...light, ...siren].find((activity) => activity.purpose === purpose);
  }

  /** Shows a light, a siren or both for a while, as long as nothing else does. An earlier preview ends. */
  startPreview({ light, siren, seconds, cause }: Preview): StartedActivities {
    this.#stop({ owner: PREVIEW_OWNER }, cause);
    const plan = { priority: PREVIEW_PRIORITY, light, siren, duration: lasting(seconds) };
    return this.#start(plan, { owner: PREVIEW_OWNER, cause });
  }

  /** Returns whether there was a preview. */
  stopPreview({ cause }: StopOptions): boolean {
    return this.#stop({ owner: PREVIEW_OWNER }, cause);
  }

  /**
   * Brings activities from before a restart back, in the rhythm they had. Those whose time is over meanwhile are left
   * out. Returns how many came back.
   */
  restore(remembered: readonly RememberedActivity[]): number {
    const now = this.#clock.now();
    const alive = remembered.filter(({ lasts, ageMs }) => lasts === undefined || lasts > ageMs).sort(byRank);
    const lights: ArbitrationEffect<LightContent>[] = [];
    const sirens: ArbitrationEffect<SirenContent>[] = [];
    for (const one of alive) {
      const id = ++this.#lastId as ActivityId;
      if (one.function === 'light') {
        const content = settled(this.#profiles.get(one.profile ?? '')?.light, one.content);
        const activity = { ...revived(one, now), id, content };
        lights.push(...this.#light.apply({ type: 'restore', now, activity }));
      } else {
        const content = settled(this.#profiles.get(one.profile ?? '')?.siren, one.content);
        const activity = { ...revived(one, now), id, content };
        sirens.push(...this.#siren.apply({ type: 'restore', now, activity }));
      }
    }
    this.#report(lights, sirens);
    return alive.length;
  }

  /** Everything that is there, the running ones first. */
  get activities(): Activities {
    return { light: this.#light.activities, siren: this.#siren.activities };
  }

  /** Whether an activity of a profile is there, running or waiting. */
  get hasAlarm(): boolean {
    return this.#light.activities.some(isAlarm) || this.#siren.activities.some(isAlarm);
  }

  /** The profile of a name, as it would be started now. */
  profile(name: string): Profile | undefined {
    return this.#profiles.get(name);
  }

  /** Ends the siren of a profile and keeps its light. Returns whether there was one. */
  silenceProfile(name: string, options: StopOptions): boolean {
    const sounding = this.#siren.activities.find(({ profile }) => profile === name);
    return sounding !== undefined && this.stopActivity(sounding.id, options);
  }

  /** Ends what a profile started, whoever owns it. Returns whether there was anything to end. */
  stopProfile(name: string, { cause }: StopOptions): boolean {
    return this.#stop({ profile: name }, cause);
  }

  /**
   * Lets go of everything that `owner` holds, or only of one of the device's own activities; what others hold as well
   * goes on. Returns whether anything ended.
   */
  stopOwner(owner: string, { cause, purpose }: StopOptions & StopPurpose): boolean {
    const priority = purpose && OWN_ACTIVITIES[purpose].priority;
    return this.#stop({ owner, priority }, cause);
  }

  /**
   * Ends one activity of one function, whoever owns it. Returns false where it is not there (any more).
   *
   * @throws SipsirenError CONFLICT where it is one of the device's own.
   */
  stopActivity(id: number, { cause }: StopOptions): boolean {
    const activity = [...this.#light.activities, ...this.#siren.activities].find((other) => other.id === id);
    if (!activity) return false;
    if (isSystem(activity)) {
      throw new SipsirenError(
        'CONFLICT',
        `Activity ${id} is the device's own and ends only with what started it.`,
      );
    }
    return this.#stop({ activity: activity.id }, cause);
  }

  /** Ends every activity of priority 1 to 10, whoever owns it, of these functions. Returns whether there was any. */
  stopAll({ cause, functions = ['light', 'siren'] }: StopOptions & StopFunctions): boolean {
    const input = { type: 'stop', now: this.#clock.now(), target: 'all', cause } as const;
    const lights = functions.includes('light') ? this.#light.apply(input) : [];
    const sirens = functions.includes('siren') ? this.#siren.apply(input) : [];
    this.#report(lights, sirens);
    return lights.length + sirens.length > 0;
  }

  /** What runs and what waits, highest priority first. */
  status(): SirenStatus {
    return {
      light: statusOf(this.#light.activities, this.#clock),
      siren: statusOf(this.#siren.activities, this.#clock),
    };
  }

  /** What shows now. */
  get show(): Show {
    return this.#show;
  }

  /** Calls `listener` with every change of what shows, before the change is reported over the bus. */
  onShow(listener: (show: Show) => void): Unsubscribe {
    return this.#shows.subscribe((show) => {
      try {
        listener(show);
      } catch (error) {
        this.#log.error('a listener of the show failed', { error: messageOf(error) });
      }
    });
  }

  /** Goes dark and silent and forgets every activity. Idempotent. */
  close(): void {
    this.#light.close();
    this.#siren.close();
    this.#updateShow();
  }

  #start(plan: Plan, options: StartOptions): StartedActivities {
    const { light, siren, duration } = plan;
    const now = this.#clock.now();
    const lights = light
      ? this.#light.apply(this.#startOf(plan, light, lightLength(duration, light), options, now))
      : [];
    const sirens = siren
      ? this.#siren.apply(
          this.#startOf(plan, siren, sirenLength(duration, this.#soundOf(siren)), options, now),
        )
      : [];
    this.#report(lights, sirens);
    const lightId = startedId(lights);
    const sirenId = startedId(sirens);
    return { ...(lightId !== undefined && { lightId }), ...(sirenId !== undefined && { sirenId }) };
  }

  #startOf<Content>(
    { profile, priority, duration }: Plan,
    content: Content,
    lasts: number | undefined,
    { owner, cause }: StartOptions,
    now: number,
  ): ArbitrationInput<Content> {
    const id = ++this.#lastId as ActivityId;
    const isCounted = duration.unit === 'repetitions';
    return { type: 'start', now, start: { id, profile, priority, content, lasts, isCounted, owner, cause } };
  }

  #stop(target: StopTarget, cause: string): boolean {
    return this.#applyToBoth({ type: 'stop', now: this.#clock.now(), target, cause });
  }

  #applyToBoth(input: Exclude<ArbitrationInput<never>, { type: 'start' }>): boolean {
    const lights = this.#light.apply(input);
    const sirens = this.#siren.apply(input);
    this.#report(lights, sirens);
    return lights.length + sirens.length > 0;
  }

  /** First the outputs, then everybody else: nobody's listening delays the light. */
  #report(
    lights: readonly ArbitrationEffect<LightContent>[],
    sirens: readonly ArbitrationEffect<SirenContent>[],
  ): void {
    if (lights.length + sirens.length === 0) return;
    this.#updateShow();
    for (const effect of lights) this.#publish('light', effect);
    for (const effect of sirens) this.#publish('siren', effect);
  }

  #publish(of: ActivityEvent['function'], effect: ArbitrationEffect<unknown>): void {
    this.#bus.publish(activityEvent(of, effect));
  }

  #updateShow(): void {
    const show = nextShow(
      this.#show,
      { light: this.#light.activities[0], siren: this.#siren.activities[0] },
      this.#soundOf,
    );
    if (show === this.#show) return;
    this.#show = show;
    this.#shows.emit(show);
  }
}

function lasting(seconds: number | undefined): Profile['duration'] {
  return seconds === undefined ? { unit: 'continuous' } : { unit: 'time', seconds };
}

/** The earlier object where the new one is equal to it: the arbitration knows unchanged settings by identity. */
function settled<Content>(earlier: Content | undefined, latest: Content): Content {
  return earlier !== undefined && JSON.stringify(earlier) === JSON.stringify(latest) ? earlier : latest;
}

function settledIn<Content>(
  activities: readonly Activity<Content>[],
  priority: number,
  latest: Content | undefined,
): Content | undefined {
  const earlier = activities.find((one) => one.profile === undefined && one.priority === priority);
  return latest === undefined ? undefined : settled(earlier?.content, latest);
}

function startedId(effects: readonly ArbitrationEffect<unknown>[]): ActivityId | undefined {
  return effects.find(({ change }) => change === 'started')?.activity.id;
}
