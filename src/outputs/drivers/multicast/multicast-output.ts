import type { Clock } from '../../../base/clock.js';
import { seconds } from '../../../base/duration.js';
import { Emitter, type Unsubscribe } from '../../../base/emitter.js';
import { messageOf, SipsirenError } from '../../../base/errors.js';
import { Pacer } from '../../../media/pacer.js';
import { heard, soundsSame, type Heard } from '../../heard.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import type { Picture } from '../../picture.js';
import type { MulticastDestination, MulticastSettings } from './multicast-settings.js';
import { MulticastSocket } from './multicast-socket.js';
import { MulticastStream } from './multicast-stream.js';

/** Milliseconds between two looks at the interface while something sounds. */
const LOOK_EVERY = 500;

/** A stream with the groups that it goes to. */
interface Sounding {
  readonly stream: MulticastStream;
  readonly destinations: readonly MulticastDestination[];
}

/** Loudspeakers and phones that listen to groups: they hear the siren, and callers who speak. */
export class MulticastOutput implements OutputDriver {
  readonly kind = 'multicast';
  readonly capabilities: OutputCapabilities = { sound: 'samples', latencyMs: 20 };
  readonly checkEvery = seconds(5);
  readonly #settings: MulticastSettings;
  readonly #clock: Clock;
  readonly #faults = new Emitter<string | undefined>();
  readonly #delivered = new Emitter<undefined>();
  /** Whether what sounds has left already. */
  #hasDelivered = false;
  readonly #socket: MulticastSocket;
  readonly #pacer: Pacer;
  #heard: Heard = {};
  #sounding: Sounding | undefined;
  #fault: string | undefined;
  #nextLook = 0;

  constructor(settings: MulticastSettings, { clock }: OutputContext) {
    this.#settings = settings;
    this.#clock = clock;
    this.#socket = new MulticastSocket({
      settings,
      onFault: (fault) => this.#setFault(fault),
      onSent: () => this.#deliver(),
    });
    this.#pacer = new Pacer({ clock, onFailure: (failure) => this.#setFault(messageOf(failure)) });
  }

  onFault(listener: (error: string | undefined) => void): Unsubscribe {
    return this.#faults.subscribe(listener);
  }

  onDelivered(listener: () => void): Unsubscribe {
    return this.#delivered.subscribe(listener);
  }

  present(picture: Picture): void {
    const next = heard(picture);
    if (soundsSame(next, this.#heard)) {
      if (this.#hasDelivered && this.#fault === undefined) this.#delivered.emit(undefined);
      return;
    }
    this.#heard = next;
    this.#hasDelivered = false;
    const destinations = this.#destinationsOf(next);
    if (!isSame(destinations, this.#sounding?.destinations ?? [])) this.#change(destinations);
    this.#sounding?.stream.sound(next, this.#clock.now());
  }

  test(): Promise<void> {
    this.#look();
    return this.#fault === undefined
      ? Promise.resolve()
      : Promise.reject(new SipsirenError('OUTPUT_FAILED', this.#fault));
  }

  close(): void {
    this.#heard = {};
    this.#change([]);
    this.#socket.close();
  }

  #destinationsOf({ siren, page }: Heard): readonly MulticastDestination[] {
    const priority = page?.priority ?? siren?.priority;
    if (priority === undefined) return [];
    const reached = this.#settings.destinations.filter(({ fromPriority }) => fromPriority <= priority);
    const highest = Math.max(...reached.map(({ fromPriority }) => fromPriority));
    return reached.filter(({ fromPriority }) => fromPriority === highest);
  }

  #change(destinations: readonly MulticastDestination[]): void {
    if (this.#sounding) {
      this.#pacer.remove(this.#sounding.stream);
      this.#sounding.stream.close();
      this.#sounding = undefined;
    }
    if (destinations.length === 0) return;
    this.#look();
    const stream = new MulticastStream({
      settings: this.#settings,
      send: (packet) => this.#socket.send(packet, destinations),
      onAdvance: (now) => {
        if (now >= this.#nextLook) this.#look();
      },
    });
    this.#sounding = { stream, destinations };
    this.#pacer.add(stream);
  }

  #deliver(): void {
    if (this.#hasDelivered) return;
    this.#hasDelivered = true;
    this.#delivered.emit(undefined);
  }

  #look(): void {
    this.#nextLook = this.#clock.now() + LOOK_EVERY;
    try {
      this.#socket.check();
      // Whether it takes packets, the next one tells.
      if (!this.#sounding) this.#setFault(undefined);
    } catch (error) {
      this.#setFault(messageOf(error));
    }
  }

  #setFault(fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#faults.emit(fault);
  }
}

function isSame(one: readonly MulticastDestination[], other: readonly MulticastDestination[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
