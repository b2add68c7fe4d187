import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { MediaEngine } from '../media/media-engine.js';
import type { Call } from './call.js';
import type {
  IncomingSignalingCall,
  Signaling,
  SignalingHandlers,
  SignalingConfiguration,
} from './signaling.js';
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
  /** What else the engines ask. */
  readonly handlers: Omit<SignalingHandlers, 'onIncomingCall'>;
}

/** Sessions beyond the limit of calls, for the moment in which a newer call takes the place of an older one. */
const REPLACEMENT_MARGIN = 8;

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

  /**
   * Opens the ports. Throws ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE; then there is no engine. A TLS port that cannot be
   * opened is only logged: calls over UDP and TCP must not wait for it.
   */
  async start(configuration: SignalingConfiguration): Promise<void> {
    const engine = await this.#open(configuration.settings);
    try {
      await engine.signaling.configure(configuration);
    } catch (error) {
      this.#options.log.error(`SIP over TLS is off: ${messageOf(error)}`);
      await engine.signaling.configure({ settings: configuration.settings });
    }
    this.#current = engine;
  }

  /**
   * Changes over to another configuration. Another SIP port is opened beside the old one, whose calls go on there;
   * other addresses on the same port take the place of the old ones, and there may be no calls then; everything else
   * is taken over under the calls. Throws ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, INVALID_VALUE or CONFLICT, and goes
   * on as before.
   */
  async change(previous: SignalingConfiguration, next: SignalingConfiguration): Promise<void> {
    const old = this.#current;
    if (old === undefined) this.#current = await this.#openWhole(next);
    else if (previous.settings.port !== next.settings.port) await this.#move(old, previous, next);
    else if (hasOtherAddresses(previous, next)) await this.#rebind(old, previous, next);
    else await this.#reconfigure(old, previous, next);
  }

  async #reconfigure(
    { signaling, media }: CallEngine,
    previous: SignalingConfiguration,
    next: SignalingConfiguration,
  ): Promise<void> {
    try {
      await signaling.configure(next);
    } catch (error) {
      // A TLS port that is off since it was taken at the start keeps nobody from changing something else.
      const wasOff = !signaling.listening.some(({ protocol }) => protocol === 'tls');
      if (!wasOff || !hasSameTls(previous, next)) throw error;
      this.#options.log.error(`SIP over TLS stays off: ${messageOf(error)}`);
      await signaling.configure({ settings: next.settings });
    }
    const { rtpStartPort, maxConcurrentCalls } = next.settings;
    media.reconfigure({ firstPort: rtpStartPort, maxSessions: maxConcurrentCalls + REPLACEMENT_MARGIN });
  }

  /** To another port: what comes in goes to the new engine, what is in progress stays on the old one. */
  async #move(
    old: CallEngine,
    previous: SignalingConfiguration,
    next: SignalingConfiguration,
  ): Promise<void> {
    // The TLS port may be the same: connections to it go on, new ones are for the new engine.
    await old.signaling.configure({ settings: previous.settings });
    try {
      const fresh = await this.#openWhole(next);
      this.retire();
      this.#current = fresh;
    } catch (error) {
      await old.signaling.configure(previous);
      throw error;
    }
  }

  async #rebind(
    old: CallEngine,
    previous: SignalingConfiguration,
    next: SignalingConfiguration,
  ): Promise<void> {
    if (old.calls.size > 0) {
      throw new SipsirenError(
        'CONFLICT',
        'Other addresses on the same SIP port would cut the calls in progress. Try again when they are over, or ' +
          'choose another port as well.',
        { path: 'addresses' },
      );
    }
    this.#current = undefined;
    await closeEngine(old);
    try {
      this.#current = await this.#openWhole(next);
    } catch (error) {
      await this.start(previous);
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
    const { createSignaling, createMedia, onIncomingCall, handlers } = this.#options;
    const engine: CallEngine = {
      signaling: createSignaling(settings),
      media: createMedia(settings),
      calls: new Set(),
    };
    try {
      await engine.media.warmUp();
      await engine.signaling.start({
        ...handlers,
        onIncomingCall: (incoming) => onIncomingCall(incoming, engine),
      });
      engine.media.reconfigure({ maxSessions: settings.maxConcurrentCalls + REPLACEMENT_MARGIN });
      return engine;
    } catch (error) {
      await closeEngine(engine);
      throw error;
    }
  }

  /** Opens every port, or none. */
  async #openWhole(configuration: SignalingConfiguration): Promise<CallEngine> {
    const engine = await this.#open(configuration.settings);
    try {
      await engine.signaling.configure(configuration);
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

function hasSameTls(previous: SignalingConfiguration, next: SignalingConfiguration): boolean {
  const tlsOf = ({ settings, identity }: SignalingConfiguration) =>
    JSON.stringify([
      settings.tlsPort,
      settings.tlsVersion,
      settings.tlsClientCertificate,
      settings.tlsCertificate,
      identity,
    ]);
  return tlsOf(previous) === tlsOf(next);
}

function hasOtherAddresses(previous: SignalingConfiguration, next: SignalingConfiguration): boolean {
  return previous.settings.addresses.join() !== next.settings.addresses.join();
}
