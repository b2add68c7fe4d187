import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { lookup } from 'node:dns/promises';
import type { Clock, Timer } from '../../../base/clock.js';
import { milliseconds, seconds } from '../../../base/duration.js';
import { messageOf, SipsirenError } from '../../../base/errors.js';
import { createLightFrame } from '../../../patterns/light-frame.js';
import { httpExchange } from '../../../net/http-exchange.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import type { Picture } from '../../picture.js';
import { isLit } from '../../reduction.js';
import { ddpPackets } from './ddp-packets.js';
import { LedStrip } from './led-strip.js';
import type { WledSettings } from './wled-settings.js';

/** Pictures a second of a pattern that moves. */
const FRAMES_PER_SECOND = 25;
/** WLED takes its own light back after 2.5 s without a picture, so that even three lost ones are none too many. */
const REFRESH = milliseconds(600);
/** How often darkness is said again, since nobody acknowledges it. */
const DARK_REPEATS = 4;
const PATIENCE_MS = 3_000;

/** WLED, or another LED controller that takes DDP: the ring on a strip of LEDs. */
export class WledOutput implements OutputDriver {
  readonly kind = 'wled';
  readonly capabilities: OutputCapabilities;
  readonly checkEvery = seconds(10);
  readonly #settings: WledSettings;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #strip: LedStrip;
  #socket: Socket | undefined;
  #address: string | undefined;
  #sequence = 0;
  /** How often the picture is to be said again; for ever while there is light. */
  #repeats = 0;
  #refresh: Timer | undefined;
  #isClosed = false;

  constructor(settings: WledSettings, { id, clock }: OutputContext) {
    this.#settings = settings;
    this.#id = id;
    this.#clock = clock;
    this.#strip = new LedStrip(settings);
    this.capabilities = {
      light: {
        sections: Math.min(12, settings.leds),
        colors: settings.channels,
        framesPerSecond: FRAMES_PER_SECOND,
      },
      latencyMs: 10,
    };
  }

  async present({ frame }: Picture): Promise<void> {
    if (this.#isClosed) return;
    this.#strip.draw(frame);
    this.#repeats = isLit(frame) ? Infinity : DARK_REPEATS;
    await this.#send();
    this.#schedule();
  }

  /** Asks the JSON API, and sees to it that WLED is dark by itself when we fall silent. */
  async test(): Promise<void> {
    const { apiPort } = this.#settings;
    await this.#resolve();
    if (apiPort === null) return;
    const answer = await httpExchange({
      url: new URL(`http://${this.#host(apiPort)}/json/state`),
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Off is what it falls back to; pictures over DDP are shown all the same.
      body: JSON.stringify({ on: false, transition: 0 }),
      patienceMs: PATIENCE_MS,
    });
    if (answer.status !== 200) {
      throw new SipsirenError('OUTPUT_FAILED', `WLED answers with HTTP status ${answer.status}.`);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#refresh?.cancel();
    if (!this.#socket) return;
    this.#strip.draw(createLightFrame());
    try {
      // Said twice, since nobody acknowledges it. If both are lost, WLED goes dark by its own timeout.
      await this.#send();
      await this.#send();
    } finally {
      this.#socket.close();
      this.#socket = undefined;
    }
  }

  #schedule(): void {
    this.#refresh?.cancel();
    if (this.#isClosed || this.#repeats <= 0) return;
    this.#refresh = this.#clock.startTimer(`output ${this.#id} refresh`, REFRESH, () => {
      this.#repeats--;
      // What cannot be sent now is sent with the next picture or refresh; the check tells of it.
      this.#send().then(
        () => {
          this.#schedule();
        },
        () => {
          this.#schedule();
        },
      );
    });
  }

  async #send(): Promise<void> {
    const { port, channels } = this.#settings;
    const address = this.#address ?? (await this.#resolve());
    // Closed while its address was looked up, before there was a socket to close.
    if (this.#isClosed && !this.#socket) return;
    this.#sequence = (this.#sequence % 15) + 1;
    const packets = ddpPackets(this.#strip.bytes, channels, this.#sequence);
    await Promise.all(
      packets.map(
        (packet) =>
          new Promise<void>((resolve, reject) => {
            this.#open(address).send(packet, port, address, (error) => {
              if (error) reject(new SipsirenError('OUTPUT_FAILED', error.message, { cause: error }));
              else resolve();
            });
          }),
      ),
    );
  }

  #open(address: string): Socket {
    if (!this.#socket) {
      this.#socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
      // Without a listener an error would end the process; a send that failed says so itself.
      this.#socket.on('error', () => {
        this.#address = undefined;
      });
      this.#socket.unref();
    }
    return this.#socket;
  }

  /** Looks its name up anew, so that an address that changed is found by the next check. */
  async #resolve(): Promise<string> {
    const { host } = this.#settings;
    try {
      const { address } = await lookup(host);
      if (this.#socket && this.#address !== undefined && isIPv6(address) !== isIPv6(this.#address)) {
        this.#socket.close();
        this.#socket = undefined;
      }
      this.#address = address;
      return address;
    } catch (error) {
      throw new SipsirenError('OUTPUT_FAILED', `${host} has no address: ${messageOf(error)}.`, {
        cause: error,
      });
    }
  }

  #host(port: number): string {
    const { host } = this.#settings;
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  }
}
