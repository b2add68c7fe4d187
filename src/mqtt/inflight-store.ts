import { Store } from 'mqtt';

/** Messages of a higher QoS that were sent and are not acknowledged; they outlive a connection. Knows how many. */
export class InflightStore extends Store {
  readonly #ids = new Set<number>();

  constructor() {
    super({ clean: false });
  }

  get size(): number {
    return this.#ids.size;
  }

  override put(...[packet, done]: Parameters<Store['put']>): this {
    if (packet.messageId !== undefined) this.#ids.add(packet.messageId);
    return super.put(packet, done);
  }

  override del(...[packet, done]: Parameters<Store['del']>): this {
    if (packet.messageId !== undefined) this.#ids.delete(packet.messageId);
    return super.del(packet, done);
  }
}
