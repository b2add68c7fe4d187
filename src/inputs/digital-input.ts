import { GpioMonitor } from '../gpio/gpio-monitor.js';
import { Debouncer } from './debouncer.js';
import type { IoLineOptions } from './io-line.js';

/** A port that is watched. It is active while the circuit is otherwise than normal. */
export class DigitalInput {
  readonly #monitor: GpioMonitor;
  readonly #debouncer: Debouncer;

  constructor({ port, clock, onState }: IoLineOptions) {
    const { id, chip, line, activeLow, bias, normalState, debounceMilliseconds } = port;
    this.#debouncer = new Debouncer({
      id,
      clock,
      lasts: debounceMilliseconds,
      onLevel: (isClosed) => {
        onState({ state: isClosed === (normalState === 'closed') ? 'inactive' : 'active' });
      },
    });
    this.#monitor = new GpioMonitor({
      id,
      clock,
      settings: { chip, line, activeLow, bias },
      onLevel: (isClosed) => {
        this.#debouncer.see(isClosed);
      },
      onFault: (error) => {
        this.#debouncer.forget();
        onState({ state: 'unknown', error });
      },
    });
  }

  async close(): Promise<void> {
    await this.#monitor.close();
    this.#debouncer.forget();
  }
}
