import { messageOf } from '../base/errors.js';
import type { CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { Unsubscribe } from '../base/emitter.js';
import type { Calls } from '../calls/calls.js';
import { heardSound, heardTimes } from '../calls/heard-sound.js';
import type { AlarmEvent, PublishedEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { ToneSource } from '../media/tone-source.js';
import type { Alarms } from '../siren/alarms.js';
import type { Profile } from '../siren/profile.js';
import type { Siren } from '../siren/siren.js';
import type { Sounds } from '../sounds/sounds.js';

/** Unlike the tone by which a call is answered. */
const TONE = 'Notification: Accepted';

interface FeedbackParts {
  readonly bus: EventBus;
  readonly calls: Pick<Calls, 'voiceOf'>;
  readonly siren: Pick<Siren, 'profile' | 'activities'>;
  readonly alarms: Pick<Alarms, 'list'>;
  readonly sounds: Pick<Sounds, 'find' | 'ofSiren' | 'speech'>;
  readonly log: Log;
}

/** A siren that a caller hears; it ends when nothing of it sounds any more. */
interface Heard {
  readonly profile: string;
  readonly callId: CallId;
  isOver: boolean;
}

/**
 * Lets the caller who started a profile hear that it shows or sounds, as the profile says, once an output has delivered
 * it: the guard must know.
 */
export class CallerFeedback {
  readonly #parts: FeedbackParts;
  readonly #unsubscribe: Unsubscribe;
  /** Callers who wait for an output to deliver, by profile. */
  readonly #waiting = new Map<string, Set<CallId>>();
  readonly #heard = new Set<Heard>();

  constructor(parts: FeedbackParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.bus.subscribe(({ event }) => {
      if (event.type === 'alarm') this.#followAlarm(event);
      else if (event.type === 'activity' && event.function === 'siren' && event.change === 'ended') {
        this.#endUnheard();
      } else if (event.type === 'call.state' && event.state === 'Idle') this.#forget(event.callId);
    });
  }

  /** A profile was started because of this event. */
  started(profile: string, published: PublishedEvent | undefined): void {
    const event = published?.event;
    if (!event || !('callId' in event)) return;
    const hears = this.#parts.siren.profile(profile)?.caller?.hears ?? 'nothing';
    if (hears === 'nothing') return;
    const alarm = this.#parts.alarms.list().present.find((one) => one.profile === profile);
    if (alarm && alarm.delivered.length > 0) {
      this.#tell(profile, event.callId);
      return;
    }
    const waiting = this.#waiting.get(profile) ?? new Set<CallId>();
    waiting.add(event.callId);
    this.#waiting.set(profile, waiting);
  }

  /** Ends what callers hear of it. Idempotent. */
  close(): void {
    this.#unsubscribe();
    this.#waiting.clear();
    for (const heard of this.#heard) heard.isOver = true;
    this.#heard.clear();
  }

  #followAlarm({ profile, change }: AlarmEvent): void {
    if (change === 'cleared') this.#waiting.delete(profile);
    if (change !== 'delivered') return;
    const waiting = this.#waiting.get(profile) ?? [];
    this.#waiting.delete(profile);
    for (const callId of waiting) this.#tell(profile, callId);
  }

  #tell(profile: string, callId: CallId): void {
    const settings = this.#parts.siren.profile(profile);
    if (!settings) return;
    this.#sound(settings, callId).catch((error: unknown) => {
      this.#parts.log.warn('a caller could not be told that the profile runs', {
        profile,
        call: callId,
        error: messageOf(error),
      });
    });
  }

  async #sound(profile: Profile, callId: CallId): Promise<void> {
    const { hears, toneFirst } = profile.caller ?? { hears: 'nothing', toneFirst: false };
    const sounds: ToneSource[] = [];
    if (hears === 'tone' || toneFirst) sounds.push(await this.#tone());
    if (hears === 'name') sounds.push(await this.#name(profile));
    if (hears === 'siren') sounds.push(...(await this.#siren(profile, callId)));
    const voice = this.#parts.calls.voiceOf(callId);
    for (const sound of sounds) voice?.playNext(sound);
  }

  async #tone(): Promise<ToneSource> {
    const pattern = this.#parts.sounds.find(TONE);
    return pattern ? heardTimes(pattern) : silence;
  }

  /** The name, or the tone where it cannot be spoken. */
  async #name({ name, siren }: Profile): Promise<ToneSource> {
    const { voice, speed } = siren?.speech ?? { voice: 'en', speed: 160 };
    const spoken = await this.#parts.sounds.speech.prepare({ text: name, voice, speed });
    return spoken ? heardTimes(spoken) : this.#tone();
  }

  async #siren({ name, siren }: Profile, callId: CallId): Promise<ToneSource[]> {
    const pattern = siren && this.#parts.sounds.ofSiren(siren);
    if (!pattern) return [await this.#tone()];
    const source = await heardSound(pattern);
    const heard: Heard = { profile: name, callId, isOver: !this.#sounds(name) };
    if (!heard.isOver) this.#heard.add(heard);
    return [(rate) => (heard.isOver ? undefined : source(rate))];
  }

  #sounds(profile: string): boolean {
    return this.#parts.siren.activities.siren.some((one) => one.profile === profile);
  }

  #endUnheard(): void {
    for (const heard of this.#heard) {
      if (this.#sounds(heard.profile)) continue;
      heard.isOver = true;
      this.#heard.delete(heard);
    }
  }

  #forget(callId: CallId): void {
    for (const [profile, waiting] of this.#waiting) {
      waiting.delete(callId);
      if (waiting.size === 0) this.#waiting.delete(profile);
    }
    for (const heard of this.#heard) if (heard.callId === callId) this.#heard.delete(heard);
  }
}

const silence: ToneSource = () => undefined;
