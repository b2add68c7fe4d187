import { CHANNEL_COUNT, SECTION_COUNT, type LightFrame } from '../../../patterns/light-frame.js';
import type { WledSettings } from './wled-settings.js';

type StripSettings = Pick<WledSettings, 'leds' | 'offset' | 'reversed' | 'channels'>;

/** The ring spread over a strip of LEDs: bytes of each LED in the strip's order. */
export class LedStrip {
  readonly bytes: Buffer;
  readonly #channels: number;
  /** The section of the ring that each LED shows. */
  readonly #sections: readonly number[];

  constructor({ leds, offset, reversed, channels }: StripSettings) {
    this.#channels = channels === 'rgbw' ? 4 : 3;
    this.bytes = Buffer.alloc(leds * this.#channels);
    this.#sections = Array.from({ length: leds }, (_, led) => {
      const steps = reversed ? offset - led : led - offset;
      const place = ((steps % leds) + leds) % leds;
      return Math.floor((place * SECTION_COUNT) / leds);
    });
  }

  /** Takes a frame; without white LEDs white is the sum of the colours. */
  draw(frame: LightFrame): void {
    this.#sections.forEach((section, led) => {
      const from = section * CHANNEL_COUNT;
      const to = led * this.#channels;
      const white = frame[from + 3] ?? 0;
      const added = this.#channels === 4 ? 0 : white;
      for (let color = 0; color < 3; color++) {
        this.bytes[to + color] = Math.min(255, (frame[from + color] ?? 0) + added);
      }
      if (this.#channels === 4) this.bytes[to + 3] = white;
    });
  }
}
