import type { Clock, Timer } from '../../../base/clock.js';
import { milliseconds, seconds } from '../../../base/duration.js';
import { Emitter, type Unsubscribe } from '../../../base/emitter.js';
import { SipsirenError } from '../../../base/errors.js';
import type { Log } from '../../../base/log.js';
import { heard, soundsSame, type Heard } from '../../heard.js';
import { MixedSound } from '../../mixed-sound.js';
import { backOff } from '../../../base/back-off.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import { findSoundPattern } from '../../../patterns/sound/index.js';
import type { Picture } from '../../picture.js';
import { Aplay } from './aplay.js';
import type { AudioSettings } from './audio-settings.js';
import { SAMPLE_RATE } from './sample-rate.js';
import { SoundStream } from '../../sound-stream.js';
import { SoundWarmUp } from './sound-warm-up.js';

/** How often aplay is given more. */
const TICK = milliseconds(20);
/** How far aplay is kept ahead, in milliseconds, and how far at most once the sound card ran dry. */
const LEAD = 400;
const LONGEST_LEAD = 1_000;
const LEAD_STEP = 150;
/** Blocks of 10 ms that may be rendered at a start and at each tick: twice as fast as they are played. */
const FIRST_BLOCKS = 6;
const BLOCKS_A_TICK = 4;
/** After this time a sound counts as playing. */
const SETTLED = seconds(1);
/** An aplay that cannot open the card has ended by then; one that lives has sounded. */
const HEARD = 300;
/** Longer than the sound card holds: aplay that takes nothing for so long hangs. */
const STUCK = 3_000;
const TEST_SAMPLES = 960;
/** 40 ms of silence before a voice. */
const LIVE_LEAD_SAMPLES = 1_920;

/** A sound card, reached through aplay: one run of it for each sound, so that silence is immediate. */
export class AudioOutput implements OutputDriver {
  readonly kind = 'audio';
  readonly capabilities: OutputCapabilities = { sound: 'samples', latencyMs: 60 };
  readonly checkEvery = seconds(60);
  readonly #id: string;
  readonly #settings: AudioSettings;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #faults = new Emitter<string | undefined>();
  readonly #delivered = new Emitter<undefined>();
  readonly #warmUp: SoundWarmUp;
  #heard: Heard = {};
  #fault: string | undefined;
  #aplay: Aplay | undefined;
  #probe: Aplay | undefined;
  #stream: SoundStream | undefined;
  /** In the place of the stream while a caller speaks. */
  #live: MixedSound | undefined;
  #startedAt = 0;
  #hasDelivered = false;
  #written = 0;
  #lead = LEAD;
  #deaths = 0;
  #fullSince: number | undefined;
  #ticker: Timer | undefined;
  #restart: Timer | undefined;
  /** Runs one after the other: the card is let go of before it is taken again. */
  #turn: Promise<void> = Promise.resolve();
  #isTurning = false;
  #isClosed = false;

  constructor(settings: AudioSettings, { clock, log, id }: OutputContext) {
    this.#settings = settings;
    this.#clock = clock;
    this.#log = log;
    this.#id = id;
    this.#warmUp = new SoundWarmUp(clock);
  }

  onFault(listener: (error: string | undefined) => void): Unsubscribe {
    return this.#faults.subscribe(listener);
  }

  onDelivered(listener: () => void): Unsubscribe {
    return this.#delivered.subscribe(listener);
  }

  present(picture: Picture): void {
    const next = heard(picture);
    if (this.#isClosed) return;
    if (soundsSame(next, this.#heard)) {
      if (this.#hasDelivered && this.#fault === undefined && this.#aplay) this.#delivered.emit(undefined);
      return;
    }
    this.#heard = next;
    this.#deaths = 0;
    this.#change();
  }

  async test(): Promise<void> {
    if (this.#isSounding || this.#isClosed) {
      if (this.#fault !== undefined) throw new SipsirenError('OUTPUT_FAILED', this.#fault);
      return;
    }
    const probe = new Aplay({ clock: this.#clock, ...this.#settings });
    this.#probe = probe;
    probe.write(Buffer.alloc(TEST_SAMPLES * this.#settings.channels * 2));
    probe.finish();
    const complaint = await probe.ended;
    // An alarm that came meanwhile has taken the card.
    if (this.#probe !== probe) return;
    this.#probe = undefined;
    this.#setFault(complaint === '' ? undefined : complaint);
    if (complaint !== '') throw new SipsirenError('OUTPUT_FAILED', complaint);
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#warmUp.close();
      this.#heard = {};
      this.#change();
    }
    await this.#turn;
  }

  /** Ends what sounds, then begins what is to sound by then. */
  #change(): void {
    this.#live?.close();
    this.#live = undefined;
    this.#ticker?.cancel();
    this.#restart?.cancel();
    const leaving = [this.#aplay, this.#probe].filter((one) => one !== undefined);
    this.#aplay = undefined;
    this.#probe = undefined;
    if (leaving.length === 0 && !this.#isTurning) {
      this.#begin();
      return;
    }
    this.#isTurning = true;
    const turn = Promise.all([this.#turn, ...leaving.map((one) => one.stop())]).then(() => {
      if (this.#turn !== turn) return;
      this.#isTurning = false;
      this.#begin();
    });
    this.#turn = turn;
  }

  #begin(): void {
    if (!this.#isSounding) return;
    const { device, channels } = this.#settings;
    const now = this.#clock.now();
    const aplay = new Aplay({
      clock: this.#clock,
      device,
      channels,
      onUnderrun: () => {
        if (this.#live) this.#writeSilence();
        else this.#lengthenLead();
      },
    });
    this.#aplay = aplay;
    this.#startedAt = now;
    this.#hasDelivered = false;
    this.#written = 0;
    this.#fullSince = undefined;
    this.#open(now);
    this.#schedule();
    void aplay.ended.then((complaint) => {
      if (this.#aplay !== aplay) return;
      if (this.#fullSince !== undefined) this.#die('The sound card takes no more sound.');
      else this.#die(complaint || 'aplay ended while it should play.');
    });
  }

  get #isSounding(): boolean {
    return this.#heard.siren !== undefined || this.#heard.page !== undefined;
  }

  /** A siren is written ahead of its time; a voice as it comes, behind a little silence that outlasts its unevenness. */
  #open(now: number): void {
    const { siren, page } = this.#heard;
    const { channels } = this.#settings;
    const volume = this.#settings.volume / 100;
    this.#live?.close();
    this.#live = undefined;
    this.#stream = undefined;
    if (page) {
      this.#writeSilence();
      const onFrame = (frame: Int16Array) => this.#writeLive(frame);
      this.#live = new MixedSound({ heard: this.#heard, rate: SAMPLE_RATE, volume, now, onFrame });
    } else if (siren) {
      this.#stream = new SoundStream({
        sound: siren.sound ?? findSoundPattern(siren.pattern),
        intensity: siren.intensity,
        volume,
        channels,
        rate: SAMPLE_RATE,
        elapsedMs: now - siren.startedAt,
      });
      this.#feed(FIRST_BLOCKS);
    }
  }

  #writeSilence(): void {
    this.#writeLive(new Int16Array(LIVE_LEAD_SAMPLES));
  }

  /** What the card does not take in time is left out: a voice that is late is worth less than one that has a gap. */
  #writeLive(samples: Int16Array): void {
    if (!this.#aplay || this.#aplay.isFull) return;
    const { channels } = this.#settings;
    const bytes = Buffer.alloc(samples.length * channels * 2);
    let offset = 0;
    for (const sample of samples) {
      for (let channel = 0; channel < channels; channel++) offset = bytes.writeInt16LE(sample, offset);
    }
    this.#aplay.write(bytes);
  }

  #schedule(): void {
    this.#ticker = this.#clock.startTimer(`output ${this.#id} samples`, TICK, () => {
      this.#tick();
    });
  }

  #tick(): void {
    const aplay = this.#aplay;
    if (!aplay) return;
    const now = this.#clock.now();
    if (!aplay.isFull) this.#fullSince = undefined;
    else this.#fullSince ??= now;
    if (this.#fullSince !== undefined && now - this.#fullSince > STUCK) {
      // Its end is followed by a new one.
      void aplay.stop();
      return;
    }
    if (this.#fault !== undefined && now - this.#startedAt >= SETTLED) {
      this.#setFault(undefined);
      this.#deaths = 0;
    }
    if (!this.#hasDelivered && now - this.#startedAt >= HEARD) {
      this.#hasDelivered = true;
      this.#delivered.emit(undefined);
    }
    if (!aplay.isFull) this.#feed(BLOCKS_A_TICK);
    this.#schedule();
  }

  /** Keeps aplay ahead of the time, no further: what was written cannot be taken back. */
  #feed(mostBlocks: number): void {
    const due = ((this.#clock.now() - this.#startedAt + this.#lead) * SAMPLE_RATE) / 1_000;
    const count = Math.floor(due) - this.#written;
    if (count <= 0 || !this.#stream) return;
    const bytes = this.#stream.read(Math.min(count, SAMPLE_RATE), mostBlocks);
    this.#written += bytes.length / (2 * this.#settings.channels);
    this.#aplay?.write(bytes);
  }

  /** The card runs faster than our clock, or we were late: from now on there is more in reserve. */
  #lengthenLead(): void {
    this.#lead = Math.min(LONGEST_LEAD, this.#lead + LEAD_STEP);
    // What was not played is not made up for; counting starts over.
    this.#startedAt = this.#clock.now();
    this.#written = 0;
    this.#log.warn('the sound card ran dry for a moment', { output: this.#id, leadMilliseconds: this.#lead });
  }

  #die(complaint: string): void {
    this.#aplay = undefined;
    this.#ticker?.cancel();
    this.#live?.close();
    this.#live = undefined;
    if (!this.#isSounding) return;
    this.#setFault(complaint);
    this.#restart?.cancel();
    this.#restart = this.#clock.startTimer(`output ${this.#id} restart`, backOff(this.#deaths++), () => {
      this.#begin();
    });
  }

  #setFault(fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#faults.emit(fault);
  }
}
