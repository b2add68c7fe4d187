import type { Clock, Timer } from '../base/clock.js';
import { milliseconds } from '../base/duration.js';

/** The pace of everything here: one frame, in milliseconds. */
export const FRAME_MILLISECONDS = 20;

/** Sessions are spread over so many moments of a frame, once there are many. */
const SLOTS = 4;
const SLOT_OFFSET = FRAME_MILLISECONDS / SLOTS;
/** A slot takes this many sessions before the next one is opened: few sessions mean few wake-ups. */
const COMFORTABLE = 25;
/** The system's timers may fire up to a millisecond early. */
const TOLERANCE = 1;

/** Somebody who sends something every 20 ms. */
export interface Paced {
  /** `frames` have become due since the last call: 1, or more after a late tick. */
  onTick(frames: number, now: number): void;
}

interface Slot {
  readonly members: Set<Paced>;
  due: number;
}

/**
 * The one tick of all sessions, every 20 ms. Due times are multiples of the frame from the first one on, so
 * that late timers never add up to drift; no timer runs while nobody is paced.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #onFailure: (failure: unknown) => void;
  readonly #slots: readonly Slot[] = Array.from({ length: SLOTS }, () => ({
    members: new Set<Paced>(),
    due: 0,
  }));
  #timer: Timer | undefined;
  #timerDue = Infinity;

  constructor({
    clock,
    onFailure,
  }: {
    readonly clock: Clock;
    readonly onFailure: (failure: unknown) => void;
  }) {
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  add(paced: Paced): void {
    const index = this.#slotFor();
    const slot = this.#slots[index];
    if (slot === undefined) return;
    if (slot.members.size === 0) slot.due = this.#firstDue(index);
    slot.members.add(paced);
    this.#schedule();
  }

  remove(paced: Paced): void {
    for (const slot of this.#slots) slot.members.delete(paced);
    if (this.#slots.every(({ members }) => members.size === 0)) this.#stop();
  }

  #slotFor(): number {
    let least = 0;
    for (const [index, { members }] of this.#slots.entries()) {
      if (members.size < COMFORTABLE) return index;
      if (members.size < (this.#slots[least]?.members.size ?? 0)) least = index;
    }
    return least;
  }

  /** The next moment on the slot's own grid. */
  #firstDue(index: number): number {
    const offset = index * SLOT_OFFSET;
    const frame = Math.ceil((this.#clock.now() - offset) / FRAME_MILLISECONDS);
    return frame * FRAME_MILLISECONDS + offset;
  }

  #schedule(): void {
    let due = Infinity;
    for (const slot of this.#slots) if (slot.members.size > 0 && slot.due < due) due = slot.due;
    if (due === Infinity || (this.#timer !== undefined && this.#timerDue <= due)) return;
    this.#timer?.cancel();
    this.#timerDue = due;
    const delay = Math.max(0, Math.ceil(due - this.#clock.now()));
    this.#timer = this.#clock.startTimer('media tick', milliseconds(delay), this.#tick);
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const slot of this.#slots) {
      if (slot.members.size === 0 || slot.due > now + TOLERANCE) continue;
      const frames = 1 + Math.floor((now + TOLERANCE - slot.due) / FRAME_MILLISECONDS);
      slot.due += frames * FRAME_MILLISECONDS;
      this.#run(slot.members, { frames, now });
    }
    this.#schedule();
  };

  /** One session's failure must not silence the others. */
  #run(
    members: ReadonlySet<Paced>,
    { frames, now }: { readonly frames: number; readonly now: number },
  ): void {
    for (const member of members) {
      try {
        member.onTick(frames, now);
      } catch (failure) {
        this.#onFailure(failure);
      }
    }
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
