import type { Clock, Timer } from '../base/clock.js';
import type { Duration } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import type { Mutable } from '../base/mutable.js';
import type { CallIdentity, CallState, CallStateChangeReason, DeviceEvent } from '../events/device-event.js';
import { CallRecorder, type CallRecording } from '../media/call-recorder.js';
import { listenForKeys } from '../media/inband/listen-for-keys.js';
import type { MediaSession } from '../media/media-session.js';
import type { MediaStatistics } from '../media/media-statistics.js';
import { pressKeys, type KeyMethod } from './call-keys.js';
import type { CallFacts } from './call-facts.js';
import type { CallLeg } from './call-leg.js';
import { nextCallStep, type CallEffect, type CallInput, type CallPhase } from './call-machine.js';
import type { CallStatus } from './call-status.js';
import { PEER_IS_GONE } from './cut-short.js';
import type { DtmfListener } from './dtmf-listener.js';
import type { DtmfMethod } from './dtmf-press-filter.js';
import type { DurationLimit } from './duration-limit.js';
import { PeerCheck } from './peer-check.js';
import type { MessageContent, MessageReply } from './signaling-message.js';
import type { CallEnd, OfferAnswer, SignalingCallUser } from './signaling.js';

const NO_MESSAGES: MessageReply = { status: 405 };

export interface CallOptions {
  readonly facts: CallFacts;
  readonly leg: CallLeg;
  readonly clock: Clock;
  readonly callingTimeout: Duration;
  /** Hears the peer's keys. Default: nobody does. */
  readonly keys?: DtmfListener;
  /** How long an incoming call rings before it is answered by itself. Default: until somebody answers it. */
  readonly answerAfter?: Duration | undefined;
  /** How long the call may be active. Default: as long as it likes. */
  readonly limit?: DurationLimit | undefined;
  /** How long its audio may be silent before the peer is asked whether it is there. Default: never asked. */
  readonly silence?: Duration | undefined;
  readonly publish: (event: DeviceEvent) => void;
  /** Told of what goes wrong without ending the call. */
  readonly onTrouble: (detail: string) => void;
  /** Called when the call is over and its media are closed. */
  readonly onReleased: (call: Call) => void;
  /** Called when media flow: both sides have agreed and the call is active. */
  readonly onMediaStarted: (media: MediaSession, call: Call) => void;
  /** A message came within the call. Default: none is taken. */
  readonly onMessage?: ((content: MessageContent, facts: CallFacts) => MessageReply) | undefined;
  /** Called when the call is active, after it was told as an event. */
  readonly onActive?: (() => void) | undefined;
}

/** How long a tone in the audio has been heard when it is told as a key. */
const TONE_MILLISECONDS = 40;

/** One call: the shell around the call machine that performs its effects on signaling, media and the bus. */
export class Call implements SignalingCallUser {
  readonly facts: CallFacts;
  readonly #options: CallOptions;
  /** What every event of the call carries. */
  readonly #identity: CallIdentity;
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
  #answerTimer: Timer | undefined;
  #limitTimer: Timer | undefined;
  #peerCheck: PeerCheck | undefined;
  /** Aborted when the call is over; there only where something waits for that. */
  #ending: AbortController | undefined;

  constructor(options: CallOptions) {
    this.facts = options.facts;
    this.#options = options;
    const { callId, direction, account, localUri, remoteUri, remoteName } = options.facts;
    const identity: Mutable<CallIdentity> = { callId, direction, account, localUri, remoteUri };
    if (remoteName !== undefined && remoteName !== '') identity.displayName = remoteName;
    this.#identity = identity;
    this.#startedAt = options.clock.wallTime();
  }

  /** Whether the call is over; a call may end while its media are still being prepared. */
  get isOver(): boolean {
    return this.#phase === 'ended';
  }

  get isRinging(): boolean {
    return this.#phase === 'ringing';
  }

  /** What the caller says, where there is audio. */
  get voice(): Pick<MediaSession, 'listen' | 'playNext'> | undefined {
    return this.#media;
  }

  get isActive(): boolean {
    return this.#phase === 'active';
  }

  /** Gives the call its media and the description that goes out with the answer or the offer. */
  attachMedia(media: MediaSession, localSdp: string): void {
    this.#media = media;
    this.#localSdp = localSdp;
    media.onDtmf = (digit, milliseconds) => this.#hearKey(digit, 'rtp', milliseconds);
    if (this.#options.keys?.hearsTones === true) {
      listenForKeys(media, (digit) => this.#hearKey(digit, 'inband', TONE_MILLISECONDS));
    }
    const { silence, clock, leg } = this.#options;
    media.onKeysWornOut = () => this.#renewKeys(media);
    if (silence === undefined) return;
    this.#peerCheck = new PeerCheck({
      clock,
      silence,
      ask: () => leg.isAlive(),
      received: () => media.statistics.received,
      onGone: () => this.hangUp(PEER_IS_GONE),
    });
    media.onSilence = () => {
      if (this.#phase === 'active') this.#peerCheck?.start();
    };
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

  sendDtmf(digits: string, method: KeyMethod = 'auto'): Promise<void> {
    if (this.#phase !== 'active' || this.#media === undefined) {
      return Promise.reject(
        new SipsirenError('CONFLICT', 'Digits can be sent only while the call is active.'),
      );
    }
    this.#ending ??= new AbortController();
    const { signal: ending } = this.#ending;
    return pressKeys(digits, method, { media: this.#media, leg: this.#options.leg, ending });
  }

  /**
   * Records both sides until the call ends, or for so many seconds; resolves then. Rejects with CONFLICT where there is
   * no audio.
   */
  record(seconds: number): Promise<CallRecording> {
    const media = this.#media;
    if (media === undefined || this.isOver) {
      return Promise.reject(new SipsirenError('CONFLICT', 'The call has no audio to record.'));
    }
    this.#ending ??= new AbortController();
    const { signal } = this.#ending;
    return new Promise((resolve) => {
      const finish = () => {
        signal.removeEventListener('abort', finish);
        resolve(recorder.stop());
      };
      const recorder = new CallRecorder(media, { seconds, onFull: finish });
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  status(): CallStatus {
    const status: Mutable<CallStatus> = {
      ...this.facts,
      state: this.#state,
      held: this.#phase === 'active' && this.#media?.isRemoteHold === true,
      startedAt: this.#startedAt,
      digits: this.#digits,
    };
    if (this.#reason !== undefined) status.reason = this.#reason;
    if (this.#detail !== undefined) status.detail = this.#detail;
    if (this.#answeredAt !== undefined) status.answeredAt = this.#answeredAt;
    if (this.#endedAt !== undefined) status.endedAt = this.#endedAt;
    if (this.#media !== undefined) addMedia(status, this.#media.statistics);
    return status;
  }

  /** An answer that does not fit leaves an active call as it was: better an alarm without audio than none. */
  onAnswer(sdp: string): void {
    try {
      this.#media?.applyAnswer(sdp);
    } catch (error) {
      const detail = `the session description does not fit: ${messageOf(error)}`;
      if (this.#phase === 'active') this.#options.onTrouble(detail);
      else this.step({ kind: 'fail', status: 488, detail });
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

  onAcknowledged(): void {
    this.#media?.letHear();
  }

  onDtmf(digit: string, milliseconds: number): void {
    const held = this.#media?.lastKeyAt;
    if (held !== undefined) this.#options.keys?.hold('rtp', held);
    this.#hearKey(digit, 'info', milliseconds);
  }

  onMessage(content: MessageContent): MessageReply {
    return this.#options.onMessage?.(content, this.facts) ?? NO_MESSAGES;
  }

  onEnd(end: CallEnd): void {
    // The engine ends a call whose peer does not answer; that we asked because of the silence says more.
    const isGone = this.#peerCheck?.isAsking === true && end.by !== 'remote';
    this.step({ kind: 'end', end: isGone ? { by: 'timeout', reason: PEER_IS_GONE } : end });
  }

  #perform(effect: CallEffect): void {
    const { leg, publish } = this.#options;
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
      case 'startWaiting':
        return this.#startWaiting();
      case 'stopWaiting':
        this.#answerTimer?.cancel();
        return this.#callingTimer?.cancel();
      case 'startLimit':
        return this.#startLimit();
      case 'stopLimit':
        this.#peerCheck?.close();
        return this.#limitTimer?.cancel();
      case 'reportChange':
        return this.#reportChange(effect.reason, effect.detail);
      case 'reportState':
        this.#state = effect.state;
        publish({ ...this.#identity, type: 'call.state', state: effect.state });
        if (effect.state === 'Active') this.#options.onActive?.();
        return;
      case 'release':
        return this.#release();
    }
  }

  /** A peer that wants no new keys goes on without hearing us: the alarm is seen, not heard in the call. */
  #renewKeys(media: MediaSession): void {
    const { leg, onTrouble } = this.#options;
    const renew = async () => leg.renegotiate(media.createOffer({ renewKeys: true }));
    renew().catch((error: unknown) => onTrouble(`no new keys could be agreed on: ${messageOf(error)}`));
  }

  #startWaiting(): void {
    const { clock, callingTimeout, answerAfter } = this.#options;
    this.#callingTimer = clock.startTimer('calling timeout', callingTimeout, () =>
      this.step({ kind: 'timeout' }),
    );
    if (answerAfter === undefined || this.facts.direction === 'Outgoing') return;
    this.#answerTimer = clock.startTimer('answer delay', answerAfter, () => this.step({ kind: 'answer' }));
  }

  #startLimit(): void {
    const { clock, limit } = this.#options;
    if (limit === undefined) return;
    this.#limitTimer = clock.startTimer('call duration', limit.duration, () => this.hangUp(limit.detail));
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
    // An INVITE with a forged address must not bring our audio upon whoever it names: the ACK proves that it is wanted.
    this.#media.start({ waits: this.facts.direction === 'Incoming' });
    this.#options.onMediaStarted(this.#media, this);
  }

  #hearKey(digit: string, method: DtmfMethod, milliseconds: number): void {
    if (this.#phase !== 'active') return;
    if (this.#options.keys?.hear(digit, method, milliseconds)) this.#digits += digit;
  }

  #release(): void {
    this.#endedAt = this.#options.clock.wallTime();
    this.#ending?.abort();
    this.#media?.close();
    this.#options.onReleased(this);
  }
}

function addMedia(status: Mutable<CallStatus>, media: MediaStatistics): void {
  status.media = media;
  if (media.codec !== undefined) status.codec = media.codec;
  if (media.encryption !== undefined) status.encryption = media.encryption;
  if (media.quality !== undefined) status.quality = media.quality;
}
