import type { Clock } from '../base/clock.js';
import type { ActivityId } from '../base/ids.js';
import type { ActivityEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { LiveVoice, ShownPage } from '../outputs/show.js';
import type { ActivityStatus } from './activity-status.js';
import { byRank } from './rank.js';
import { VoiceWatch } from './voice-watch.js';

/** What status lists call a voice. */
const PATTERN = 'Live voice';
/** A voice is as loud as it comes. */
const INTENSITY = 5;

export interface PagingOptions {
  readonly clock: Clock;
  readonly bus: EventBus;
  /** An id that no other activity has. */
  readonly takeId: () => ActivityId;
  /** The priority of the siren that sounds; undefined while it is silent. */
  readonly sirenPriority: () => number | undefined;
  /** Has a voice heard by the outputs that carry voices; none ends that. */
  readonly show: (page: ShownPage | undefined) => void;
}

/** Somebody who wants to speak over the loudspeakers. */
export interface PageWish {
  /** Names the holder, who ends it: `call:In-1`. */
  readonly owner: string;
  readonly priority: number;
  readonly voice: LiveVoice;
  readonly siren: ShownPage['siren'];
  /** Seconds without a word after which the loudspeakers are free again, until the next word; 0 is never. */
  readonly silenceSeconds: number;
  /** Who speaks and why, for a person. */
  readonly cause: string;
}

interface Page {
  readonly wish: PageWish;
  readonly watch: VoiceWatch | undefined;
  /** None while nobody says a word. */
  speaking: { readonly shown: ShownPage; readonly startedAt: number } | undefined;
}

/**
 * Callers who speak over the loudspeakers. One is heard at a time: of the highest priority, and of several the one that
 * began last. Beside the siren, since only some outputs carry voices: the others go on with the siren undisturbed.
 */
export class Paging {
  readonly #options: PagingOptions;
  /** By owner, in the order in which they began to speak. */
  readonly #pages = new Map<string, Page>();
  #shown: ShownPage | undefined;

  constructor(options: PagingOptions) {
    this.#options = options;
  }

  start(wish: PageWish): void {
    this.end(wish.owner, { cause: 'the caller begins anew' });
    const { silenceSeconds, voice } = wish;
    const watch =
      silenceSeconds === 0
        ? undefined
        : new VoiceWatch({
            voice,
            silenceSeconds,
            onSilence: () => this.#fallSilent(page, `nobody spoke for ${silenceSeconds} s`),
            onVoice: () => this.#speak(page),
          });
    const page: Page = { wish, watch, speaking: undefined };
    this.#pages.set(wish.owner, page);
    this.#speak(page);
  }

  /** Returns whether it was there. */
  end(owner: string, { cause }: { readonly cause: string }): boolean {
    const page = this.#pages.get(owner);
    if (!page) return false;
    this.#pages.delete(owner);
    page.watch?.close();
    this.#fallSilent(page, cause);
    return true;
  }

  /** Ends one by the id of its activity; the call goes on. Returns whether it was there. */
  stop(id: number, options: { readonly cause: string }): boolean {
    const found = [...this.#pages.values()].find(({ speaking }) => speaking?.shown.activityId === id);
    return found !== undefined && this.end(found.wish.owner, options);
  }

  /** Returns whether there was any. */
  stopAll(options: { readonly cause: string }): boolean {
    const owners = [...this.#pages.keys()];
    for (const owner of owners) this.end(owner, options);
    return owners.length > 0;
  }

  /** Who speaks and who waits, highest priority first, as rows of the siren's status list. */
  status(): ActivityStatus[] {
    const { clock, sirenPriority } = this.#options;
    const epoch = clock.wallTime() - clock.now();
    const siren = sirenPriority() ?? 0;
    return this.#speaking.map((page) => ({
      id: page.speaking.shown.activityId,
      purpose: 'paging',
      pattern: PATTERN,
      intensity: INTENSITY,
      priority: page.wish.priority,
      running: page.speaking.shown === this.#shown && page.wish.priority >= siren,
      startedAt: Math.round(epoch + page.speaking.startedAt),
      cause: page.wish.cause,
      owners: [page.wish.owner],
    }));
  }

  /** Ends all. Idempotent. */
  close(): void {
    this.stopAll({ cause: 'the device stops' });
  }

  get #speaking(): (Page & { readonly speaking: NonNullable<Page['speaking']> })[] {
    const isSpeaking = (page: Page): page is Page & { speaking: NonNullable<Page['speaking']> } =>
      page.speaking !== undefined;
    // Sorting keeps the order of equals: of those the last one first.
    return [...this.#pages.values()]
      .filter(isSpeaking)
      .reverse()
      .sort((one, other) => byRank(one.wish, other.wish));
  }

  #speak(page: Page): void {
    if (page.speaking) return;
    const { priority, voice, siren, owner } = page.wish;
    const activityId = this.#options.takeId();
    page.speaking = {
      shown: { activityId, priority, voice, siren },
      startedAt: this.#options.clock.now(),
    };
    // The latest word is last in its line.
    this.#pages.delete(owner);
    this.#pages.set(owner, page);
    this.#update();
    this.#publish(page, activityId, 'started', page.wish.cause);
  }

  #fallSilent(page: Page, cause: string): void {
    const { speaking } = page;
    if (!speaking) return;
    page.speaking = undefined;
    this.#update();
    this.#publish(page, speaking.shown.activityId, 'ended', cause);
  }

  #update(): void {
    const shown = this.#speaking[0]?.speaking.shown;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.show(shown);
  }

  #publish(page: Page, activityId: ActivityId, change: ActivityEvent['change'], cause: string): void {
    const { priority } = page.wish;
    this.#options.bus.publish({
      type: 'activity',
      function: 'siren',
      purpose: 'paging',
      change,
      activityId,
      priority,
      running: change === 'started' && activityId === this.#shown?.activityId,
      cause,
    });
  }
}
