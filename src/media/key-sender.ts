import { LONGEST_EVENT } from './telephone-event.js';

/** The last packet of a press is sent this often, so that losing one or two does no harm (RFC 4733 section 2.5.1.4). */
const END_PACKETS = 3;

/** Keys to press, one after the other. Lengths in frames of 20 ms. */
export interface KeyRequest {
  readonly codes: readonly number[];
  readonly pressFrames: number;
  readonly pauseFrames: number;
  /** Called once, when the pause after the last key is over. */
  readonly onDone: () => void;
  /** Called once instead, when that cannot be any more. */
  readonly onFailed: () => void;
}

/** What a frame carries instead of audio. */
export interface KeyEvent {
  readonly code: number;
  /** Media time at which the press, or its present segment, began. */
  readonly timestamp: number;
  readonly marker: boolean;
  readonly isEnd: boolean;
  /** In ticks of the events' own clock. */
  readonly duration: number;
}

/** How time is counted: in ticks for each frame of 20 ms. */
export interface KeyTiming {
  /** Of the events' own clock, in which durations are told. */
  readonly eventFrame: number;
  /** Of the stream's timestamps; the same unless a peer knows events of another clock only. */
  readonly mediaFrame: number;
}

/** Presses keys: decides for each frame of 20 ms what of a press it carries (RFC 4733 section 2.5.1). */
export class KeySender {
  readonly #requests: KeyRequest[] = [];
  #key = 0;
  /** Frames since the present key began; past the press come the repeated end packets, then the pause. */
  #frame = 0;
  #segmentStart = 0;
  #isSegmentOver = false;
  #segmentFrame = 0;
  #timing: KeyTiming = { eventFrame: 160, mediaFrame: 160 };

  /** Follows another clock; a press in progress goes on as a new segment. */
  configure(timing: KeyTiming): void {
    const { eventFrame, mediaFrame } = this.#timing;
    if (timing.eventFrame === eventFrame && timing.mediaFrame === mediaFrame) return;
    this.#timing = timing;
    this.#isSegmentOver = true;
  }

  press(request: KeyRequest): void {
    this.#requests.push(request);
  }

  /** What the frame that begins at media time `now` carries; undefined where audio goes on. */
  next(now: number): KeyEvent | undefined {
    const request = this.#requests[0];
    const code = request?.codes[this.#key];
    if (request === undefined || code === undefined) return undefined;
    const isCutShort = this.#isSegmentOver && this.#frame < request.pressFrames;
    if (this.#frame === 0 || isCutShort) this.#startSegment(now);
    this.#frame++;
    this.#segmentFrame++;
    const event = this.#eventOf(request, code);
    if (this.#frame >= request.pressFrames + END_PACKETS - 1 + request.pauseFrames) this.#finishKey(request);
    return event;
  }

  /** Gives up whatever is waiting. */
  close(): void {
    this.#frame = 0;
    this.#key = 0;
    for (const request of this.#requests.splice(0)) request.onFailed();
  }

  #eventOf(request: KeyRequest, code: number): KeyEvent | undefined {
    const repeats = this.#frame - request.pressFrames;
    if (repeats >= END_PACKETS) return undefined;
    const timestamp = this.#segmentStart;
    const marker = this.#frame === 1;
    const isEnd = repeats >= 0;
    const { eventFrame, mediaFrame } = this.#timing;
    const isFull = !isEnd && (this.#segmentFrame + 1) * eventFrame > LONGEST_EVENT;
    const duration = isFull ? LONGEST_EVENT : (this.#segmentFrame - Math.max(0, repeats)) * eventFrame;
    if (isFull) this.#startSegment(timestamp + Math.round((LONGEST_EVENT * mediaFrame) / eventFrame));
    return { code, timestamp, marker, isEnd, duration };
  }

  #startSegment(timestamp: number): void {
    this.#segmentStart = timestamp >>> 0;
    this.#segmentFrame = 0;
    this.#isSegmentOver = false;
  }

  #finishKey(request: KeyRequest): void {
    this.#frame = 0;
    this.#key++;
    if (this.#key < request.codes.length) return;
    this.#key = 0;
    this.#requests.shift();
    request.onDone();
  }
}
