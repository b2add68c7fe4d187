import { AUDIO_CODECS } from '../../../media/codecs/index.js';
import type { Paced } from '../../../media/pacer.js';
import { RtpSender } from '../../../media/rtp-sender.js';
import { frameSamples } from '../../../media/tone-source.js';
import type { SampleRate } from '../../../patterns/sample-rate.js';
import type { Heard } from '../../heard.js';
import { MixedSound } from '../../mixed-sound.js';
import type { MulticastSettings } from './multicast-settings.js';

const PACKET_TIME = 20;

interface MulticastStreamOptions {
  readonly settings: Pick<MulticastSettings, 'codec' | 'volume'>;
  readonly send: (packet: Buffer) => void;
  /** After each frame that was due. */
  readonly onAdvance: (now: number) => void;
}

/** One RTP stream, from when an alarm begins to sound until it is silent: source, sequence and time of its own. */
export class MulticastStream implements Paced {
  readonly #options: MulticastStreamOptions;
  readonly #sender: RtpSender;
  readonly #rate: SampleRate;
  #sound: MixedSound | undefined;

  constructor(options: MulticastStreamOptions) {
    this.#options = options;
    const codec = AUDIO_CODECS[options.settings.codec].offered;
    this.#rate = codec.sampleRate as SampleRate;
    this.#sender = new RtpSender(options.send);
    this.#sender.configure({
      codec,
      parameters: '',
      packetTime: PACKET_TIME,
      keys: undefined,
      payloadType: codec.payloadType,
      direction: 'sendonly',
    });
    this.#sender.play((rate) => this.#sound?.next() ?? new Int16Array(frameSamples(rate)));
  }

  /** What is heard from the next frame on. */
  sound(heard: Heard, now: number): void {
    this.#sound?.close();
    const volume = this.#options.settings.volume / 100;
    this.#sound = new MixedSound({ heard, rate: this.#rate, volume, now });
  }

  /** Called by the pacer. */
  onTick(frames: number, now: number): void {
    this.#sender.advance(frames, now);
    this.#options.onAdvance(now);
  }

  close(): void {
    this.#sound?.close();
    this.#sound = undefined;
  }
}
