import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.js';

const TIME_BYTES = 6;
const SALT_BYTES = 6;
const SEAL_BYTES = 16;

/**
 * Makes nonces that carry their own time under a seal, so that a challenge costs no memory (RFC 7616 section 3.3).
 * The seal also covers whom a nonce was given to: nobody else can use it, neither to repeat what was overheard nor
 * to guess in somebody's name.
 */
export class NonceMint {
  readonly #clock: Clock;
  readonly #secret = randomBytes(32);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A nonce of this moment for whoever sends from `holder`. */
  issue(holder = ''): string {
    const bytes = Buffer.alloc(TIME_BYTES + SALT_BYTES + SEAL_BYTES);
    bytes.writeUIntBE(Math.floor(this.#clock.now()), 0, TIME_BYTES);
    randomBytes(SALT_BYTES).copy(bytes, TIME_BYTES);
    this.#seal(bytes, holder).copy(bytes, TIME_BYTES + SALT_BYTES);
    return bytes.toString('base64url');
  }

  /** When a nonce was issued, in milliseconds of the clock; undefined where we gave no such nonce to this holder. */
  issuedAt(nonce: string, holder = ''): number | undefined {
    const bytes = Buffer.from(nonce, 'base64url');
    if (bytes.length !== TIME_BYTES + SALT_BYTES + SEAL_BYTES || bytes.toString('base64url') !== nonce)
      return undefined;
    const isOurs = timingSafeEqual(bytes.subarray(TIME_BYTES + SALT_BYTES), this.#seal(bytes, holder));
    return isOurs ? bytes.readUIntBE(0, TIME_BYTES) : undefined;
  }

  #seal(bytes: Buffer, holder: string): Buffer {
    const sealed = bytes.subarray(0, TIME_BYTES + SALT_BYTES);
    return createHmac('sha256', this.#secret).update(sealed).update(holder).digest().subarray(0, SEAL_BYTES);
  }
}
