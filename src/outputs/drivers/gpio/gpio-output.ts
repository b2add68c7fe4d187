import { milliseconds } from '../../../base/duration.js';
import { Emitter, type Unsubscribe } from '../../../base/emitter.js';
import { SipsirenError } from '../../../base/errors.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import type { Picture } from '../../picture.js';
import { isLightShown, isLit } from '../../reduction.js';
import { GpioLine } from '../../../gpio/gpio-line.js';
import type { GpioSettings } from './gpio-settings.js';
import { PulseLimiter } from '../../../gpio/pulse-limiter.js';

/** Pictures a second in which flashes are looked for. */
const FRAMES_PER_SECOND = 20;

/** A relay or a lamp on one line of a GPIO chip: on with any light, any sound, or either. */
export class GpioOutput implements OutputDriver {
  readonly kind = 'gpio';
  readonly capabilities: OutputCapabilities;
  readonly #settings: GpioSettings;
  readonly #faults = new Emitter<string | undefined>();
  readonly #line: GpioLine;
  readonly #limiter: PulseLimiter;
  #fault: string | undefined;
  #isClosed = false;

  constructor(settings: GpioSettings, { id, clock }: OutputContext) {
    const { shows, follow, minimumPulseMilliseconds } = settings;
    this.#settings = settings;
    this.capabilities = {
      ...(shows !== 'siren' && {
        light: { sections: 1, colors: 'on-off', framesPerSecond: follow ? FRAMES_PER_SECOND : 0 },
      }),
      ...(shows !== 'light' && { sound: 'on-off' }),
      latencyMs: 30,
    };
    this.#line = new GpioLine({
      id,
      clock,
      settings,
      onFault: (fault) => {
        this.#fault = fault;
        this.#faults.emit(fault);
      },
    });
    this.#limiter = new PulseLimiter({
      id,
      clock,
      minimum: milliseconds(minimumPulseMilliseconds),
      onLevel: (isOn) => {
        this.#line.set(isOn);
      },
    });
  }

  onFault(listener: (error: string | undefined) => void): Unsubscribe {
    return this.#faults.subscribe(listener);
  }

  present(picture: Picture): void {
    if (this.#isClosed) return;
    this.#limiter.set(this.#isOn(picture));
    // From the first dark picture on the line is held, so that it does not float.
    this.#line.keep();
  }

  test(): Promise<void> {
    return this.#fault === undefined
      ? Promise.resolve()
      : Promise.reject(new SipsirenError('OUTPUT_FAILED', this.#fault));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#limiter.close();
    await this.#line.close();
  }

  #isOn(picture: Picture): boolean {
    const { shows, follow } = this.#settings;
    const isLightOn = isLit(picture.frame) || (!follow && isLightShown(picture));
    const light = shows !== 'siren' && isLightOn;
    return light || (shows !== 'light' && picture.siren !== undefined);
  }
}
