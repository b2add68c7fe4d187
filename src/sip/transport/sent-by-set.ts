import type { Via } from '../message/index.js';
import { defaultPort } from './flow.js';

/** Every sent-by that we put into a Via, so that a response meant for somebody else is told apart (RFC 3261 section 18.1.2). */
export class SentBySet {
  readonly #ports = new Map<string, Set<number>>();

  add(host: string, port: number): void {
    const ports = this.#ports.get(host);
    if (ports) ports.add(port);
    else this.#ports.set(host, new Set([port]));
  }

  has(via: Via): boolean {
    return this.#ports.get(via.host)?.has(via.port ?? defaultPort(via.transport)) ?? false;
  }
}
