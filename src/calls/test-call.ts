import type { Clock, Timer } from '../base/clock.js';
import { seconds as secondsOf } from '../base/duration.js';
import { messageOf } from '../base/errors.js';
import type { Mutable } from '../base/mutable.js';
import type { MediaSession } from '../media/media-session.js';
import { continuousTone } from '../media/tone-source.js';
import { addressIn } from './outgoing-address.js';
import type { MessageReply } from './signaling-message.js';
import type {
  CallEnd,
  OfferAnswer,
  Signaling,
  SignalingAccount,
  SignalingCall,
  SignalingCallUser,
  SignalingStep,
} from './signaling.js';
import { LevelMeter } from './test-call-level.js';
import { TestCallSteps, type TestCallMedia, type TestCallReport } from './test-call-report.js';
import { wordsOfMedia, wordsOfRefusal, wordsOfSilence } from './test-call-words.js';

export interface TestCallOptions {
  readonly clock: Clock;
  readonly signaling: Pick<Signaling, 'placeCall'>;
  readonly media: MediaSession;
  readonly account: SignalingAccount;
  readonly from: string;
  readonly to: string;
  /** How long to stay in the call and measure. */
  readonly seconds: number;
  /** How long the other side may take to answer. */
  readonly timeoutSeconds: number;
}

const TONE_HERTZ = 440;
/** How long the answer to our BYE may take (RFC 3261 timer F is 32 s; nobody wants to look at that). */
const HANG_UP_PATIENCE = secondsOf(5);
/** A call that neither fails nor is answered is given up so long after its calling timeout. */
const SIGNALING_MARGIN_SECONDS = 40;

/**
 * One call that nobody but its report knows of: no event, no rule, no entry in the list of calls. An alarm that starts
 * because somebody tests the telephone would teach people not to test.
 */
export class TestCall implements SignalingCallUser {
  readonly #options: TestCallOptions;
  readonly #steps: TestCallSteps;
  readonly #level = new LevelMeter();
  #call: SignalingCall | undefined;
  #timer: Timer | undefined;
  #phase: 'calling' | 'active' | 'leaving' | 'over' = 'calling';
  #remote = '';
  #hasHeard = false;
  #isChallenged = false;
  #answeredAt = 0;
  #media: TestCallMedia | undefined;
  readonly #done: Promise<void>;
  #finish: () => void = () => undefined;

  constructor(options: TestCallOptions) {
    this.#options = options;
    this.#steps = new TestCallSteps(() => options.clock.now());
    this.#done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Makes the call; resolves when it is over, however it went. Never rejects. */
  async run(): Promise<TestCallReport> {
    const { signaling, media, account, from, to, timeoutSeconds } = this.#options;
    try {
      const onStep = (step: SignalingStep) => this.#onStep(step);
      const offer = media.createOffer();
      this.#wait(timeoutSeconds + SIGNALING_MARGIN_SECONDS, () =>
        this.onEnd({ by: 'timeout', reason: 'the call neither failed nor was answered' }),
      );
      this.#call = signaling.placeCall({ account, from, to, offer, user: this, timeoutSeconds, onStep });
    } catch (error) {
      this.onEnd({ by: 'failure', reason: messageOf(error) });
    }
    await this.#done;
    media.close();
    return this.#report();
  }

  onAnswer(sdp: string): void {
    try {
      this.#options.media.applyAnswer(sdp);
    } catch (error) {
      if (!this.#steps.has('answer')) this.#steps.add('answer', true, 'the call was answered');
      this.#leave(`the answer does not fit: ${messageOf(error)}`);
    }
  }

  onOffer(sdp: string | undefined): OfferAnswer {
    const { media } = this.#options;
    try {
      return { sdp: sdp === undefined ? media.createOffer() : media.answer(sdp) };
    } catch (error) {
      return { refused: 488, reason: messageOf(error) };
    }
  }

  onProgress(status: number, reason: string, sdp: string | undefined): void {
    if (status > 100) this.#steps.add('provisional', true, `${status} ${reason}`.trim());
    if (sdp !== undefined) this.onAnswer(sdp);
  }

  onEstablished(): void {
    if (this.#phase !== 'calling') return;
    const { media, clock, seconds } = this.#options;
    this.#steps.add('answer', true, 'the call was answered');
    this.#phase = 'active';
    this.#answeredAt = clock.now();
    media.listen(this.#level.hear);
    media.start();
    media.play(continuousTone(TONE_HERTZ));
    this.#wait(seconds, () => this.#leave());
  }

  onDtmf(): void {
    // Keys mean nothing in a test call.
  }

  onMessage(): MessageReply {
    return { status: 405 };
  }

  onEnd(end: CallEnd): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'calling') this.#failedToConnect(end);
    else if (this.#phase === 'active') this.#endedByPeer(end);
    else this.#steps.add('hangUp', true, 'hung up');
    this.#close();
  }

  #onStep(step: SignalingStep): void {
    if (this.#phase !== 'calling') return;
    switch (step.step) {
      case 'resolved':
        this.#steps.add('resolve', true, step.targets.join(', '));
        return;
      case 'connected':
        return this.#connected(step);
      case 'sent':
        this.#remote = step.remote;
        this.#options.media.setPeerAddress(addressIn(step.remote));
        return;
      case 'response':
        return this.#responded(step);
    }
  }

  #connected({ protocol, remote, tls }: Extract<SignalingStep, { step: 'connected' }>): void {
    this.#remote = remote;
    this.#steps.add('connect', true, `${protocol} ${remote}`);
    if (tls === undefined) return;
    const whose = tls.subject === '' ? '' : `, the certificate is for ${tls.subject}`;
    this.#steps.add('tls', true, `${tls.version}, ${tls.cipher}${whose}`);
  }

  #responded({ status, reason }: Extract<SignalingStep, { step: 'response' }>): void {
    this.#hasHeard = true;
    if (status === 401 || status === 407) {
      this.#isChallenged = true;
      return;
    }
    if (this.#steps.has('invite')) return;
    const asked = this.#isChallenged ? '; the server asked for the password and took it' : '';
    // A refusal stands in the step "answer"; that the INVITE got there is good news in any case.
    this.#steps.add('invite', true, `${this.#remote} said ${status} ${reason}`.trim() + asked);
  }

  /** Puts the end down to the step that did not come. */
  #failedToConnect(end: CallEnd): void {
    const { account } = this.#options;
    if (!this.#steps.has('resolve')) {
      this.#steps.add('resolve', false, wordsOfRefusal(end));
    } else if (this.#hasHeard) {
      this.#steps.add('answer', false, this.#wordsOfAnswer(end));
    } else if (account.transport !== 'udp' && !this.#steps.has('connect')) {
      const isTls = /certificate|TLS|handshake/i.test(end.reason ?? '');
      this.#steps.add(isTls ? 'tls' : 'connect', false, wordsOfRefusal(end));
    } else {
      const words = end.by === 'timeout' ? wordsOfSilence(this.#remote) : wordsOfRefusal(end);
      this.#steps.add('invite', false, words);
    }
  }

  #wordsOfAnswer(end: CallEnd): string {
    const { account } = this.#options;
    const isAuthentication = end.status === 401 || end.status === 407;
    if (
      isAuthentication &&
      account.password === '' &&
      account.proxies.every((proxy) => proxy.password === '')
    ) {
      return (
        `${end.status} ${end.reason ?? ''}`.trim() +
        ': the server asks for a password, and the account has none'
      );
    }
    return wordsOfRefusal(end);
  }

  #endedByPeer(end: CallEnd): void {
    const after = ((this.#options.clock.now() - this.#answeredAt) / 1_000).toFixed(1);
    this.#measure();
    const isOrdinary = end.by === 'remote';
    const reason = end.reason === undefined ? '' : ` (${end.reason})`;
    const words = isOrdinary
      ? `the other side hung up after ${after} s${reason}`
      : `the call was lost after ${after} s${reason}`;
    this.#steps.add('hangUp', isOrdinary, words);
  }

  /** Measures what came back, or says why nothing could, and hangs up. */
  #leave(problem?: string): void {
    if (this.#phase === 'leaving' || this.#phase === 'over') return;
    if (problem === undefined) this.#measure();
    else this.#steps.add('media', false, problem);
    this.#phase = 'leaving';
    this.#wait(HANG_UP_PATIENCE / 1_000, () => {
      this.#steps.add('hangUp', false, 'the other side did not confirm that the call is over');
      this.#close();
    });
    this.#call?.end('the test is over');
  }

  #measure(): void {
    const { media, seconds } = this.#options;
    const { statistics } = media;
    const expected = statistics.received + statistics.lost;
    const measured: Mutable<TestCallMedia> = {
      ...statistics,
      lossPercent: expected === 0 ? 0 : (100 * statistics.lost) / expected,
    };
    const { decibels } = this.#level;
    if (decibels !== undefined) measured.levelDecibels = Math.round(decibels * 10) / 10;
    this.#media = measured;
    const { ok, detail } = wordsOfMedia(measured, seconds);
    this.#steps.add('media', ok, detail);
  }

  #wait(seconds: number, onExpiry: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.startTimer('test call', secondsOf(seconds), onExpiry);
  }

  #close(): void {
    if (this.#phase === 'over') return;
    const isGivenUp = this.#phase === 'calling';
    this.#phase = 'over';
    this.#timer?.cancel();
    if (isGivenUp) this.#call?.end('the test is over');
    this.#finish();
  }

  #report(): TestCallReport {
    const { account, from, to } = this.#options;
    const failed = this.#steps.failure;
    const report: Mutable<TestCallReport> = {
      ok: failed === undefined,
      summary:
        failed === undefined
          ? `The call to ${to} works: answered, and audio flows both ways.`
          : `The call to ${to} failed at the step "${failed.step}": ${withoutFullStop(failed.detail)}.`,
      account: account.id,
      from,
      to,
      steps: this.#steps.all,
    };
    if (this.#media !== undefined) report.media = this.#media;
    return report;
  }
}

/** Details come with a full stop or without. */
function withoutFullStop(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}
