import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { MediaEngine } from '../media/media-engine.js';
import type { Call } from './call.js';
import type { IncomingSignalingCall, Signaling } from './signaling.js';
import type { SipSettings } from './sip-settings.js';

/** A SIP engine with its media and the calls that use them; replaced as a whole. */
export interface CallEngine {
  readonly signaling: Signaling;
  readonly media: MediaEngine;
  readonly calls: Set<Call>;
}

export interface CallEnginesOptions {
  readonly log: Log;
  /** Builds the SIP engine for these settings; called again when its address or port changes. */
  readonly createSignaling: (settings: SipSettings) => Signaling;
  readonly createMedia: (settings: SipSettings) => MediaEngine;
  readonly onIncomingCall: (call: IncomingSignalingCall, engine: CallEngine) => void;
}

/** The engine that takes calls now, and those on a former port that still have some. */
export class CallEngines {
  readonly #options: CallEnginesOptions;
  readonly #draining = new Set<CallEngine>();
  #current: CallEngine | undefined;

  constructor(options: CallEnginesOptions) {
    this.#options = options;
  }

  /** None while SIP is turned off. */
  get current(): CallEngine | undefined {
    return this.#current;
  }

  /** Opens the ports. Throws ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE; then there is no engine. */
  async start(settings: SipSettings): Promise<void> {
    this.#current = await this.#open(settings);
  }

  /**
   * Changes over to other settings: to another port beside the old one, whose calls go on there, and on the same
   * port in the place of the old engine, which may have no calls then. Throws ADDRESS_IN_USE,
   * ADDRESS_NOT_AVAILABLE or CONFLICT, and goes on with the old engine.
   */
  async replace(previous: SipSettings, next: SipSettings): Promise<void> {
    const old = this.#current;
    if (old === undefined || previous.port !== next.port) {
      const fresh = await this.#open(next);
      this.retire();
      this.#current = fresh;
      return;
    }
    if (old.calls.size > 0) {
      throw new SipsirenError(
        'CONFLICT',
        'This setting restarts SIP on its port, which would cut calls in progress. Try again when they are over.',
      );
    }
    this.#current = undefined;
    await closeEngine(old);
    try {
      this.#current = await this.#open(next);
    } catch (error) {
      this.#current = await this.#open(previous);
      throw error;
    }
  }

  /** Takes the engine out of service; it closes when its last call has ended. */
  retire(): void {
    const engine = this.#current;
    if (!engine) return;
    this.#current = undefined;
    this.#draining.add(engine);
    this.#closeIfDrained(engine);
  }

  /** A call is over. */
  release(engine: CallEngine, call: Call): void {
    engine.calls.delete(call);
    this.#closeIfDrained(engine);
  }

  /** Closes every engine with what it still has. Idempotent. */
  async close(): Promise<void> {
    const engines = [...this.#draining, ...(this.#current ? [this.#current] : [])];
    this.#current = undefined;
    this.#draining.clear();
    await Promise.all(engines.map(closeEngine));
  }

  async #open(settings: SipSettings): Promise<CallEngine> {
    const { createSignaling, createMedia, onIncomingCall } = this.#options;
    const engine: CallEngine = {
      signaling: createSignaling(settings),
      media: createMedia(settings),
      calls: new Set(),
    };
    try {
      await engine.media.warmUp();
      await engine.signaling.start((incoming) => onIncomingCall(incoming, engine));
      return engine;
    } catch (error) {
      await closeEngine(engine);
      throw error;
    }
  }

  #closeIfDrained(engine: CallEngine): void {
    if (engine.calls.size > 0 || !this.#draining.delete(engine)) return;
    closeEngine(engine).catch((error: unknown) => {
      this.#options.log.error('an old SIP port did not close', { error: messageOf(error) });
    });
  }
}

async function closeEngine(engine: CallEngine): Promise<void> {
  await engine.signaling.close();
  await engine.media.close();
}

/** Whether settings differ in what an engine is built from. */
export function needsOtherEngine(previous: SipSettings, next: SipSettings): boolean {
  return (
    previous.port !== next.port ||
    previous.maxConcurrentCalls !== next.maxConcurrentCalls ||
    previous.udpToTcpSwitching !== next.udpToTcpSwitching ||
    previous.allowViaRewrite !== next.allowViaRewrite ||
    previous.allowContactRewrite !== next.allowContactRewrite ||
    previous.addresses.join() !== next.addresses.join()
  );
}
