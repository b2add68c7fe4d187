import type { OwnFormat } from './description-writer.js';
import type { AudioFormat } from './session-description.js';

const FIRST_DYNAMIC = 96;
const LAST_DYNAMIC = 127;

type Format = Pick<AudioFormat, 'name' | 'clockRate' | 'channels'>;

/**
 * Which payload type stands for which format in one session: whatever a description has said once stays so to
 * the session's end, and no number changes its meaning (RFC 3264 section 8.3.2).
 */
export class PayloadNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #meanings = new Map<number, string>();

  /** Learns what the peer's description says. The first to say something is right. */
  learn(formats: readonly AudioFormat[]): void {
    for (const format of formats) this.#bind(keyOf(format), format.payloadType);
  }

  /** The number of a format in what we write: the one it has, else the preferred one, else any that is free. */
  numberOf(format: Omit<OwnFormat, 'parameters'>): number {
    const key = keyOf(format);
    const number = this.#numbers.get(key) ?? this.#freeNumber(format.payloadType);
    this.#bind(key, number);
    return number;
  }

  #bind(key: string, number: number): void {
    if (this.#numbers.has(key) || this.#meanings.has(number)) return;
    this.#numbers.set(key, number);
    this.#meanings.set(number, key);
  }

  #freeNumber(preferred: number): number {
    if (!this.#meanings.has(preferred)) return preferred;
    for (let number = LAST_DYNAMIC; number >= FIRST_DYNAMIC; number--) {
      if (!this.#meanings.has(number)) return number;
    }
    return preferred;
  }
}

function keyOf({ name, clockRate, channels }: Format): string {
  return `${name.toUpperCase()}/${clockRate}/${channels}`;
}
