import type { Clock } from '../base/clock.js';
import { SipsirenError } from '../base/errors.js';
import { AudioReceiver, type SoundListener } from './audio-receiver.js';
import type { KeyPressOptions, MediaOfferOptions, MediaSessionOptions } from './media-session-options.js';
import { sessionStatistics, type MediaStatistics } from './media-statistics.js';
import { MediaTransport, type MediaTransportUser } from './media-transport.js';
import { isUnspecified, type NegotiatedAudio } from './negotiation.js';
import { FRAME_MILLISECONDS, type Paced, type Pacer } from './pacer.js';
import type { PortPair } from './port-pair.js';
import { RemoteSource } from './remote-source.js';
import { RtcpReporter } from './rtcp-reporter.js';
import { RtpReceiver } from './rtp-receiver.js';
import { RtpSender, type SentFrameListener } from './rtp-sender.js';
import type { MediaAddress } from './session-description.js';
import { SessionNegotiator, type Agreement } from './session-negotiator.js';
import { SilenceWatch } from './silence-watch.js';
import { eventOfKey } from './telephone-event.js';
import type { ToneSource } from './tone-source.js';

/** What a session needs from its engine. */
export interface MediaSessionParts {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly ports: PortPair;
  readonly families: readonly (4 | 6)[];
  onClosed(session: MediaSession): void;
}

const DEFAULT_PRESS = 160;
const DEFAULT_PAUSE = 80;
const SHORTEST_PRESS = 40;

/** The audio of one call: its description, the stream it sends, the sound and the keys it receives. */
export class MediaSession implements Paced, MediaTransportUser {
  /** A key was pressed, told at once: `duration` is how many milliseconds it has been down by then. */
  onDtmf: ((digit: string, duration: number) => void) | undefined;
  readonly #parts: MediaSessionParts;
  readonly #negotiator: SessionNegotiator;
  readonly #transport: MediaTransport;
  readonly #sender: RtpSender;
  readonly #source: RemoteSource;
  readonly #receiver: RtpReceiver;
  readonly #reporter: RtcpReporter;
  readonly #silence: SilenceWatch;
  /** Made for the first listener; what it counted stays when the last one has gone. */
  #sound: AudioReceiver | undefined;
  #audio: NegotiatedAudio | undefined;
  #isRemoteHold = false;
  /** Whether our identifier has come back once already. */
  #hasEchoed = false;
  #ignored = 0;
  #state: 'new' | 'running' | 'closed' = 'new';
  /** Whether the peer is known to be there. */
  #isProven = false;
  /** Whether it hears nothing until then. */
  #waits = false;

  constructor(options: MediaSessionOptions, parts: MediaSessionParts) {
    this.#parts = parts;
    this.#source = new RemoteSource(options.peerAddress, options.mayLatchTo);
    this.#transport = new MediaTransport(parts.ports, this.#source, this);
    this.#negotiator = new SessionNegotiator({
      ...options,
      families: parts.families,
      ports: this.#transport,
    });
    this.#receiver = new RtpReceiver(this.#source);
    this.#sender = new RtpSender(this.#transport.sendRtp);
    this.#reporter = new RtcpReporter({ clock: parts.clock, sender: this.#sender });
    this.#silence = new SilenceWatch(options.silenceAfter ?? 0);
  }

  /** Called once when the peer has sent neither RTP nor RTCP for `silenceAfter`; again after its next packet. */
  get onSilence(): (() => void) | undefined {
    return this.#silence.onSilence;
  }

  set onSilence(listener: (() => void) | undefined) {
    this.#silence.onSilence = listener;
  }

  /** Called once for each of the peer's keys that nears the end its maker gave it: an offer with `renewKeys` is due. */
  get onKeysWornOut(): (() => void) | undefined {
    return this.#transport.security.onWornOut;
  }

  set onKeysWornOut(listener: (() => void) | undefined) {
    this.#transport.security.onWornOut = listener;
  }

  /**
   * A description that offers all our codecs; inside a call it keeps the lines of the session. With `hold` it
   * puts the call on hold or takes it back, once the peer has agreed; without, it stays as it is. Throws
   * MEDIA_NOT_ACCEPTABLE where encryption is mandatory and signaling is open.
   */
  createOffer(options: MediaOfferOptions = {}): string {
    return this.#negotiator.createOffer(options);
  }

  /**
   * Answers an offer, the first or a later one, and follows it from now on. Throws MEDIA_NOT_ACCEPTABLE or
   * MEDIA_SYNTAX with the reason for people; then everything stays as it was.
   */
  answer(offer: string): string {
    const { sdp, agreement } = this.#negotiator.answer(offer);
    if (agreement === undefined) {
      this.#isRemoteHold = true;
      this.#sender.configure(undefined);
    } else {
      this.#follow(agreement);
    }
    return sdp;
  }

  /** Follows the answer to our offer, of which early media and forks may bring several. Throws as `answer`. */
  applyAnswer(answer: string): void {
    this.#follow(this.#negotiator.applyAnswer(answer));
  }

  /** Names the host that signaling turned out to come from, where the options could not (`peerAddress`). */
  setPeerAddress(address: string): void {
    this.#source.setSignalingAddress(address);
  }

  /**
   * Lets somebody hear the peer, 20 ms each 20 ms from the start of the session on; gives what ends that. While
   * nobody listens nothing is decoded.
   */
  listen(listener: SoundListener): () => void {
    this.#sound ??= new AudioReceiver();
    const sound = this.#sound;
    sound.add(listener);
    this.#receiver.listener = sound;
    return () => {
      sound.remove(listener);
      if (!sound.hasListeners) this.#receiver.listener = undefined;
    };
  }

  /** Lets somebody hear what the peer is sent, frame by frame; gives what ends that. */
  overhear(listener: SentFrameListener): () => void {
    this.#sender.frameListeners.add(listener);
    return () => {
      this.#sender.frameListeners.delete(listener);
    };
  }

  /**
   * Lets RTP flow, for as long as the session lives and the peer wants to hear us. With `waits` it hears nothing,
   * neither RTP nor RTCP, until `letHear`; what is played begins then.
   */
  start({ waits = false }: { readonly waits?: boolean } = {}): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    this.#waits = waits && !this.#isProven;
    const now = this.#parts.clock.now();
    this.#source.listen(now);
    this.#silence.start(now);
    this.#reporter.start();
    this.#parts.pacer.add(this);
  }

  /** The peer is known to be there. Idempotent, also before the start. */
  letHear(): void {
    this.#isProven = true;
    this.#waits = false;
  }

  /** What the peer hears from the next frame on, in place of what it heard; silence when it is over. */
  play(source: ToneSource): void {
    this.#sender.play(source);
  }

  /** What the peer hears once what it hears now is over. */
  playNext(source: ToneSource): void {
    this.#sender.playNext(source);
  }

  stopPlaying(): void {
    this.#sender.play(undefined);
  }

  /** Whether what was given to `play` is still being heard. */
  get isPlaying(): boolean {
    return this.#sender.isPlaying;
  }

  /**
   * Presses keys, 0-9 A-D * #, after those that are still waiting; resolves when the last one is over. Rejects
   * with INVALID_VALUE for what is no key, NOT_SUPPORTED where the peer takes no telephone events, CANCELLED
   * when the session ends before.
   */
  async sendDtmf(digits: string, options: KeyPressOptions = {}): Promise<void> {
    const codes = Array.from(digits, eventOfKey);
    if (codes.length === 0 || codes.includes(-1)) {
      throw new SipsirenError('INVALID_VALUE', `"${digits}" cannot be pressed.`, { accepted: '0-9 A-D * #' });
    }
    if (this.#state === 'closed') throw callEnded();
    if (this.canSendKeys === false) throw noKeys();
    await new Promise<void>((resolve, reject) => {
      this.#sender.keys.press({
        codes,
        pressFrames: framesOf(options.press ?? DEFAULT_PRESS),
        pauseFrames: framesOf(options.pause ?? DEFAULT_PAUSE),
        onDone: resolve,
        onFailed: () => reject(this.#state === 'closed' ? callEnded() : noKeys()),
      });
    });
  }

  /** Whether the peer takes keys by RTP; undefined before anything was agreed. */
  get canSendKeys(): boolean | undefined {
    return this.#audio && this.#audio.keys !== undefined;
  }

  /** When the latest packet that tells of a key by RTP came, in milliseconds of the clock. */
  get lastKeyAt(): number | undefined {
    return this.#receiver.lastKeyAt;
  }

  /** True while the peer does not want to hear us. */
  get isRemoteHold(): boolean {
    return this.#isRemoteHold;
  }

  /** True while we hold the call, see `createOffer`. */
  get isLocalHold(): boolean {
    return this.#negotiator.isHeld;
  }

  /** The local RTP port. */
  get port(): number {
    return this.#transport.rtpPort;
  }

  get statistics(): MediaStatistics {
    return sessionStatistics({
      audio: this.#audio,
      sender: this.#sender,
      receiver: this.#receiver,
      reporter: this.#reporter,
      sound: this.#sound,
      destination: this.#source.destination,
      ignored: this.#ignored + this.#transport.ignored,
      security: this.#transport.security,
      now: this.#parts.clock.now(),
      wallTime: this.#parts.clock.wallTime(),
    });
  }

  /** Says goodbye, stops, and gives the ports back to rest. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'running' && !this.#waits)
      this.#transport.sendRtcp(this.#reporter.goodbye(this.#receiver.reception));
    this.#state = 'closed';
    this.onDtmf = undefined;
    this.onSilence = undefined;
    this.#receiver.listener = undefined;
    this.onKeysWornOut = undefined;
    this.#sender.frameListeners.clear();
    this.#sender.keys.close();
    this.#parts.pacer.remove(this);
    this.#parts.onClosed(this);
  }

  /** Called by the pacer. */
  onTick(frames: number, now: number): void {
    if (!this.#waits) {
      this.#sender.advance(frames, now);
      if (this.#reporter.isDue(now)) this.#transport.sendRtcp(this.#reporter.next(this.#receiver.reception));
    }
    if (this.#silence.isDue(now)) this.#silence.check(now, this.#lastHeardAt);
    // Last, since a listener that fails must not keep the rest from being done.
    if (this.#sound?.hasListeners) this.#sound.advance(frames, now);
  }

  /** Called by the transport. */
  onRtp(packet: Buffer, from: MediaAddress): void {
    const now = this.#parts.clock.now();
    const received = this.#receiver.receive(packet, { from, now, isOwn: this.#isOwn });
    if (typeof received === 'object') this.onDtmf?.(received.key, received.milliseconds);
    else if (received === 'ours') this.#onOwnSsrc();
    else if (received === 'ignored') this.#ignored++;
  }

  /** Called by the transport. */
  onRtcp(packet: Buffer, from: MediaAddress): void {
    if (this.#reporter.receive(packet)) this.#transport.learnRtcp(from);
    else this.#ignored++;
  }

  get #lastHeardAt(): number {
    return Math.max(this.#receiver.lastReceivedAt ?? 0, this.#reporter.lastReceivedAt ?? 0);
  }

  #follow({ audio, rtcpMux, keys, expected }: Agreement): void {
    const { rtp } = audio.remote;
    // First what still waits under the former codec goes to the former address, under the former keys.
    this.#sender.configure(audio);
    this.#audio = audio;
    this.#isRemoteHold = audio.isRemoteHold;
    this.#transport.configure(audio.remote, { isMuxed: rtcpMux, keys });
    if (!isUnspecified(rtp.address)) this.#source.negotiate(rtp, this.#parts.clock.now());
    this.#receiver.expect(expected);
  }

  readonly #isOwn = (ssrc: number): boolean => this.#sender.isOwn(ssrc);

  /**
   * Our identifier came back. Once that may be a peer that drew the same number, and we draw another; if it
   * happens again the peer sends our own packets back (RFC 3550 section 8.2), whose keys are not its keys.
   */
  #onOwnSsrc(): void {
    this.#ignored++;
    if (this.#hasEchoed) return;
    this.#hasEchoed = true;
    this.#transport.sendRtcp(this.#reporter.goodbye(this.#receiver.reception));
    this.#sender.changeSsrc();
  }
}

function framesOf(duration: number): number {
  return Math.round(Math.max(SHORTEST_PRESS, duration) / FRAME_MILLISECONDS);
}

function noKeys(): SipsirenError {
  return new SipsirenError('NOT_SUPPORTED', 'The peer takes no keys by RTP (telephone-event).');
}

function callEnded(): SipsirenError {
  return new SipsirenError('CANCELLED', 'The call ended before its keys were pressed.');
}
