import type { Clock, Timer } from '../base/clock.js';
import type { Duration } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { AccountId, CallId } from '../base/ids.js';
import type { Mutable } from '../base/mutable.js';
import type { CallDirection, CallState, CallStateChangeReason, DeviceEvent } from '../events/device-event.js';
import type { MediaSession } from '../media/media-session.js';
import type { CallLeg } from './call-leg.js';
import { nextCallStep, type CallEffect, type CallInput, type CallPhase } from './call-machine.js';
import type { CallStatus } from './call-status.js';
import type { CallEnd, OfferAnswer, SignalingCallUser } from './signaling.js';

/** What is known of a call from its start. */
export interface CallFacts {
  readonly callId: CallId;
  readonly direction: CallDirection;
  readonly account: AccountId;
  readonly localUri: string;
  readonly localUriSource?: string;
  readonly remoteUri: string;
  readonly remoteName?: string;
  readonly source?: string;
}

export interface CallOptions {
  readonly facts: CallFacts;
  readonly leg: CallLeg;
  readonly clock: Clock;
  readonly callingTimeout: Duration;
  readonly publish: (event: DeviceEvent) => void;
  /** Called when the call is over and its media are closed. */
  readonly onReleased: (call: Call) => void;
  /** Called when media flow: both sides have agreed and the call is active. */
  readonly onMediaStarted: (media: MediaSession) => void;
}

/** One call: the shell around the call machine that performs its effects on signaling, media and the bus. */
export class Call implements SignalingCallUser {
  readonly facts: CallFacts;
  readonly #options: CallOptions;
  /** What every event of the call carries. */
  readonly #identity: Pick<CallFacts, 'callId' | 'direction' | 'account' | 'localUri' | 'remoteUri'>;
  readonly #startedAt: number;
  #phase: CallPhase = 'new';
  #state: CallState = 'Idle';
  #reason: CallStateChangeReason | undefined;
  #detail: string | undefined;
  #answeredAt: number | undefined;
  #endedAt: number | undefined;
  #digits = '';
  #media: MediaSession | undefined;
  #localSdp = '';
  #callingTimer: Timer | undefined;

  constructor(options: CallOptions) {
    this.facts = options.facts;
    this.#options = options;
    const { callId, direction, account, localUri, remoteUri } = options.facts;
    this.#identity = { callId, direction, account, localUri, remoteUri };
    this.#startedAt = options.clock.wallTime();
  }

  /** Whether the call is over; a call may end while its media are still being prepared. */
  get isOver(): boolean {
    return this.#phase === 'ended';
  }

  /** Gives the call its media and the description that goes out with the answer or the offer. */
  attachMedia(media: MediaSession, localSdp: string): void {
    this.#media = media;
    this.#localSdp = localSdp;
    media.onDtmf = (digit) => this.#reportDigit(digit, 'rtp');
  }

  /** One input to the machine, its effects performed in order. */
  step(input: CallInput): void {
    const { phase, effects } = nextCallStep(this.#phase, input);
    this.#phase = phase;
    for (const effect of effects) this.#perform(effect);
  }

  hangUp(detail: string): void {
    this.step({ kind: 'hangUp', detail });
  }

  sendDtmf(digits: string): Promise<void> {
    if (this.#phase !== 'active' || this.#media === undefined) {
      return Promise.reject(
        new SipsirenError('CONFLICT', 'Digits can be sent only while the call is active.'),
      );
    }
    return this.#media.sendDtmf(digits);
  }

  status(): CallStatus {
    const status: Mutable<CallStatus> = {
      ...this.facts,
      state: this.#state,
      startedAt: this.#startedAt,
      digits: this.#digits,
    };
    if (this.#reason !== undefined) status.reason = this.#reason;
    if (this.#detail !== undefined) status.detail = this.#detail;
    if (this.#answeredAt !== undefined) status.answeredAt = this.#answeredAt;
    if (this.#endedAt !== undefined) status.endedAt = this.#endedAt;
    if (this.#media !== undefined) status.media = this.#media.statistics;
    return status;
  }

  onAnswer(sdp: string): void {
    try {
      this.#media?.applyAnswer(sdp);
    } catch (error) {
      this.step({
        kind: 'fail',
        status: 488,
        detail: `the session description does not fit: ${messageOf(error)}`,
      });
    }
  }

  onOffer(sdp: string | undefined): OfferAnswer {
    const media = this.#media;
    if (media === undefined) return { refused: 500, reason: 'media are not ready' };
    try {
      return { sdp: sdp === undefined ? media.createOffer() : media.answer(sdp) };
    } catch (error) {
      return { refused: 488, reason: messageOf(error) };
    }
  }

  /** A call of ours rings over there, perhaps with early media. */
  onProgress(_status: number, _reason: string, sdp: string | undefined): void {
    if (sdp !== undefined) this.onAnswer(sdp);
  }

  onEstablished(): void {
    this.step({ kind: 'answered' });
  }

  onDtmf(digit: string): void {
    this.#reportDigit(digit, 'info');
  }

  onEnd(end: CallEnd): void {
    this.step({ kind: 'end', end });
  }

  #perform(effect: CallEffect): void {
    const { leg, clock, publish } = this.#options;
    switch (effect.kind) {
      case 'sendRinging':
        return leg.ring();
      case 'sendAccept':
        leg.accept(this.#localSdp);
        return this.#startMedia();
      case 'sendReject':
        return leg.reject(effect.status, effect.detail);
      case 'sendEnd':
        return leg.end(effect.detail);
      case 'startCallingTimeout':
        this.#callingTimer = clock.startTimer('calling timeout', this.#options.callingTimeout, () =>
          this.step({ kind: 'timeout' }),
        );
        return;
      case 'stopCallingTimeout':
        return this.#callingTimer?.cancel();
      case 'reportChange':
        return this.#reportChange(effect.reason, effect.detail);
      case 'reportState':
        this.#state = effect.state;
        publish({ ...this.#identity, type: 'call.state', state: effect.state });
        return;
      case 'release':
        return this.#release();
    }
  }

  #reportChange(reason: CallStateChangeReason, detail: string | undefined): void {
    this.#reason = reason;
    this.#detail = detail;
    if (reason === 'AcceptedByRemote') this.#startMedia();
    const { publish } = this.#options;
    if (detail === undefined) publish({ ...this.#identity, type: 'call.stateChange', reason });
    else publish({ ...this.#identity, type: 'call.stateChange', reason, detail });
  }

  #startMedia(): void {
    this.#answeredAt = this.#options.clock.wallTime();
    if (this.#media === undefined) return;
    this.#media.start();
    this.#options.onMediaStarted(this.#media);
  }

  #reportDigit(digit: string, method: 'rtp' | 'info'): void {
    if (this.#phase !== 'active') return;
    this.#digits += digit;
    this.#options.publish({ ...this.#identity, type: 'call.dtmf', digit, method });
  }

  #release(): void {
    this.#endedAt = this.#options.clock.wallTime();
    this.#media?.close();
    this.#options.onReleased(this);
  }
}
