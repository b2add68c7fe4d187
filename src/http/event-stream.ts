import type { Request, Response } from 'express';
import type { Clock, Timer } from '../base/clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { Unsubscribe } from '../base/emitter.js';
import { SipsirenError, messageOf } from '../base/errors.js';
import { randomToken } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { VirtualOutputService } from '../control/services.js';
import type { EventBus } from '../events/event-bus.js';
import { EventRing } from './event-ring.js';
import { EventViewer } from './event-viewer.js';

/** How many events a viewer can have been away for. */
const REMEMBERED_EVENTS = 1_000;
const MOST_VIEWERS = 64;
/** A burst of events makes one batch and one new status. */
const BATCH = milliseconds(50);
const HEARTBEAT = seconds(15);

export type EventStreamOptions = {
  readonly bus: EventBus;
  readonly output: VirtualOutputService;
  /** The status as it is now. */
  readonly status: () => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Server-sent events: `device` for each event of the bus, `status` whenever it may be another, and `frame` for
 * viewers who ask for the light. Costs nearly nothing while nobody looks.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #ring = new EventRing({ size: REMEMBERED_EVENTS, life: randomToken(4) });
  readonly #viewers = new Set<EventViewer>();
  readonly #unsubscribe: Unsubscribe;
  #batch: Timer | undefined;
  #heartbeat: Timer | undefined;
  #isClosed = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribe((published) => {
      this.#ring.add(published);
      if (this.#viewers.size > 0) this.#startBatch();
    });
  }

  /** Keeps the response open until the viewer goes or the stream closes. Throws LIMIT_REACHED. */
  async serve(request: Request, response: Response): Promise<void> {
    if (this.#isClosed || this.#viewers.size >= MOST_VIEWERS) {
      throw new SipsirenError(
        'LIMIT_REACHED',
        `Up to ${MOST_VIEWERS} pages can look at the same time; close one.`,
      );
    }
    const viewer = this.#open(request, response);
    viewer.sendStatus(JSON.stringify(await this.#options.status()));
    viewer.sendEvents();
  }

  /** Ends every response. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#batch?.cancel();
    this.#heartbeat?.cancel();
    for (const viewer of this.#viewers) viewer.close();
    this.#viewers.clear();
  }

  #open(request: Request, response: Response): EventViewer {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 2000\n\n');
    const { clock, output } = this.#options;
    const viewer = new EventViewer({
      response,
      clock,
      ring: this.#ring,
      after: this.#knownTo(request),
    });
    this.#viewers.add(viewer);
    const stopFrames =
      request.query['frames'] === '1'
        ? output.subscribe((picture) => viewer.sendPicture(picture))
        : undefined;
    response.on('close', () => {
      stopFrames?.();
      viewer.close();
      this.#viewers.delete(viewer);
    });
    this.#startHeartbeat();
    return viewer;
  }

  /** A new viewer wants what comes; one that comes back after a restart of the device cannot be told what it missed. */
  #knownTo(request: Request): number {
    return this.#ring.sequenceOf(request.get('Last-Event-ID')) ?? this.#ring.newest;
  }

  #startBatch(): void {
    this.#batch ??= this.#options.clock.startTimer('events to pages', BATCH, () => {
      this.#batch = undefined;
      for (const viewer of this.#viewers) viewer.sendEvents();
      void this.#sendStatus();
    });
  }

  async #sendStatus(): Promise<void> {
    try {
      const text = JSON.stringify(await this.#options.status());
      for (const viewer of this.#viewers) viewer.sendStatus(text);
    } catch (error) {
      this.#options.log.error('the status could not be shown', { error: messageOf(error) });
    }
  }

  #startHeartbeat(): void {
    this.#heartbeat ??= this.#options.clock.startTimer('heartbeat to pages', HEARTBEAT, () => {
      this.#heartbeat = undefined;
      for (const viewer of this.#viewers) viewer.sendHeartbeat();
      if (this.#viewers.size > 0) this.#startHeartbeat();
    });
  }
}
