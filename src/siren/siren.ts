import type { Clock } from '../base/clock.js';
import { Emitter, type Unsubscribe } from '../base/emitter.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { ActivityId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { ActivityEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { Show, ShownLight, ShownSiren } from '../outputs/show.js';
import { findLightPattern } from '../patterns/light/index.js';
import { findSoundPattern } from '../patterns/sound/index.js';
import { activityEvent } from './activity-event.js';
import { ActivityList } from './activity-list.js';
import { statusOf } from './activity-status.js';
import type { Activity } from './activity.js';
import type { ActivityStart, ArbitrationEffect, ArbitrationInput, StopTarget } from './arbitration.js';
import type { Profile } from './profile.js';
import { isSystem } from './rank.js';
import type { SirenStatus } from './siren-status.js';

type LightContent = NonNullable<Profile['light']>;
type SirenContent = NonNullable<Profile['siren']>;

/** Milliseconds. The schema lets no unknown pattern in; were there one, its alarm should still last a while. */
const PERIOD_OF_UNKNOWN = 1_000;

export interface SirenOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly profiles: readonly Profile[];
}

/** Who starts an activity. */
export interface StartOptions {
  /** Names the holder, who can let go of it: `rule:4f1c`, `person`. */
  readonly owner: string;
  /** Who and why, for a person: `rule "Evacuate on 1001"`. */
  readonly cause: string;
}

/** Why an activity is stopped, for a person. */
export interface StopOptions {
  readonly cause: string;
}

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
  #profiles: ReadonlyMap<string, Profile> = new Map();
  #show: Show = {};
  #lastId = 0;

  constructor({ clock, log, bus, profiles }: SirenOptions) {
    this.#clock = clock;
    this.#log = log.room('siren');
    this.#bus = bus;
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
    const { light, siren } = profile;
    const now = this.#clock.now();
    const lights = light
      ? this.#light.apply({ type: 'start', now, start: this.#startOf(profile, light, lightPeriod, options) })
      : [];
    const sirens = siren
      ? this.#siren.apply({ type: 'start', now, start: this.#startOf(profile, siren, sirenPeriod, options) })
      : [];
    this.#report(lights, sirens);
    const lightId = startedId(lights);
    const sirenId = startedId(sirens);
    return { ...(lightId !== undefined && { lightId }), ...(sirenId !== undefined && { sirenId }) };
  }

  /** Ends what a profile started, whoever owns it. Returns whether there was anything to end. */
  stopProfile(name: string, { cause }: StopOptions): boolean {
    return this.#stop({ profile: name }, cause);
  }

  /** Lets go of everything that `owner` holds; what others hold as well goes on. Returns whether anything ended. */
  stopOwner(owner: string, { cause }: StopOptions): boolean {
    return this.#stop({ owner }, cause);
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

  /** Ends every activity of priority 1 to 10, whoever owns it. Returns whether there was any. */
  stopAll({ cause }: StopOptions): boolean {
    return this.#stop('all', cause);
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

  #startOf<Content>(
    { name, priority, duration }: Profile,
    content: Content,
    periodOf: (content: Content) => number,
    { owner, cause }: StartOptions,
  ): ActivityStart<Content> {
    return {
      id: ++this.#lastId as ActivityId,
      profile: name,
      priority,
      content,
      lasts: lengthOf(duration, content, periodOf),
      isCounted: duration.unit === 'repetitions',
      owner,
      cause,
    };
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
    const runningLight = this.#light.activities[0];
    const runningSiren = this.#siren.activities[0];
    const before = this.#show;
    const light = isShown(runningLight, before.light) ? before.light : shown(runningLight);
    const siren = isShown(runningSiren, before.siren) ? before.siren : shown(runningSiren);
    if (light === before.light && siren === before.siren) return;
    this.#show = { ...(light && { light }), ...(siren && { siren }) };
    this.#shows.emit(this.#show);
  }
}

/** Milliseconds; none is until stopped. */
function lengthOf<Content>(
  duration: Profile['duration'],
  content: Content,
  periodOf: (content: Content) => number,
): number | undefined {
  switch (duration.unit) {
    case 'continuous':
      return undefined;
    case 'time':
      return duration.seconds * 1_000;
    case 'repetitions':
      return duration.count * periodOf(content);
  }
}

/** The earlier object where the new one is equal to it: the arbitration knows unchanged settings by identity. */
function settled<Content>(earlier: Content | undefined, latest: Content): Content {
  return earlier !== undefined && JSON.stringify(earlier) === JSON.stringify(latest) ? earlier : latest;
}

function startedId(effects: readonly ArbitrationEffect<unknown>[]): ActivityId | undefined {
  return effects.find(({ change }) => change === 'started')?.activity.id;
}

/** Whether outputs show the activity already, in the same rhythm. */
function isShown(running: Activity | undefined, shownNow: ShownLight | ShownSiren | undefined): boolean {
  return running?.id === shownNow?.activityId && running?.phaseAt === shownNow?.startedAt;
}

function shown<Content extends object>(running: Activity<Content> | undefined) {
  if (!running) return undefined;
  const { id, profile, priority, content, phaseAt } = running;
  return {
    activityId: id,
    ...(profile !== undefined && { profile }),
    priority,
    startedAt: phaseAt,
    ...content,
  };
}

function lightPeriod(light: LightContent): number {
  return findLightPattern(light.pattern)?.period(light) ?? PERIOD_OF_UNKNOWN;
}

function sirenPeriod(siren: SirenContent): number {
  return findSoundPattern(siren.pattern)?.period ?? PERIOD_OF_UNKNOWN;
}
