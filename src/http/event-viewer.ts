import type { Response } from 'express';
import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { VirtualOutputService } from '../control/services.js';
import type { EventRing } from './event-ring.js';

/** 25 frames a second. */
const FRAME_GAP = milliseconds(40);
/** The runner's frames do not come to the millisecond; one that is a little early is not held back. */
const FRAME_TOLERANCE = milliseconds(8);
/** A viewer that takes nothing for so long is not there any more. */
const PATIENCE = seconds(30);

type Picture = Parameters<Parameters<VirtualOutputService['subscribe']>[0]>[0];

export type EventViewerOptions = {
  readonly response: Response;
  readonly clock: Clock;
  readonly ring: EventRing;
  /** Events up to this one are known to the viewer. */
  readonly after: number;
};

/**
 * One page that listens. What it does not take in time is not piled up: of frames and status only the newest
 * is kept, and events stay in the ring until it has room again.
 */
export class EventViewer {
  readonly #options: EventViewerOptions;
  #sent: number;
  #isBlocked = false;
  #status: string | undefined;
  #frame: string | undefined;
  #nextFrameAt = 0;
  #frameTimer: Timer | undefined;
  #patience: Timer | undefined;
  #isClosed = false;

  constructor(options: EventViewerOptions) {
    this.#options = options;
    this.#sent = options.after;
    options.response.on('drain', () => this.#resume());
  }

  /** Sends whatever events are new. */
  sendEvents(): void {
    if (this.#isBlocked || this.#isClosed) return;
    const { ring } = this.#options;
    const { sequences, lost } = ring.after(this.#sent);
    this.#sent += lost;
    if (lost > 0) this.#write(`event: missed\ndata: {"count":${lost}}\n\n`);
    for (const sequence of sequences) {
      if (this.#mustWait()) return;
      this.#sent = sequence;
      this.#write(ring.message(sequence));
    }
  }

  sendStatus(text: string): void {
    const message = `event: status\ndata: ${text}\n\n`;
    if (this.#isBlocked) this.#status = message;
    else this.#write(message);
  }

  /** Sends the picture at once, or the newest of several as soon as one is due. */
  sendPicture(picture: Picture): void {
    this.#frame = `event: frame\ndata: ${pictureText(picture)}\n\n`;
    this.#sendFrame();
  }

  sendHeartbeat(): void {
    if (!this.#isBlocked) this.#write(': heartbeat\n\n');
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#frameTimer?.cancel();
    this.#patience?.cancel();
    if (this.#isBlocked) this.#options.response.destroy();
    else this.#options.response.end();
  }

  #sendFrame(): void {
    if (this.#frame === undefined || this.#isBlocked || this.#isClosed || this.#frameTimer) return;
    const { clock } = this.#options;
    const wait = this.#nextFrameAt - clock.now();
    if (wait > FRAME_TOLERANCE) {
      this.#frameTimer = clock.startTimer('next frame of a page', milliseconds(wait), () => {
        this.#frameTimer = undefined;
        this.#sendFrame();
      });
      return;
    }
    this.#nextFrameAt = Math.max(this.#nextFrameAt, clock.now()) + FRAME_GAP;
    const frame = this.#frame;
    this.#frame = undefined;
    this.#write(frame);
  }

  /** Asked through a method, since writing may have blocked the viewer meanwhile. */
  #mustWait(): boolean {
    return this.#isBlocked || this.#isClosed;
  }

  #write(text: string): void {
    if (this.#isClosed || this.#options.response.write(text)) return;
    this.#isBlocked = true;
    this.#patience = this.#options.clock.startTimer('patience with a page', PATIENCE, () => this.close());
  }

  #resume(): void {
    this.#patience?.cancel();
    this.#isBlocked = false;
    const status = this.#status;
    this.#status = undefined;
    if (status !== undefined) this.#write(status);
    this.sendEvents();
    this.#sendFrame();
  }
}

function pictureText({ frame, light, siren }: Picture): string {
  return JSON.stringify({
    frame: Buffer.from(frame).toString('base64'),
    ...(light && { light: { activityId: light.activityId, pattern: light.pattern } }),
    ...(siren && {
      sound: {
        activityId: siren.activityId,
        pattern: siren.pattern,
        intensity: siren.intensity,
        ...(siren.sound && {
          name: siren.sound.name,
          leadInMilliseconds: siren.sound.leadIn ?? 0,
        }),
      },
    }),
  });
}
