import type { Timer } from '../base/clock.js';
import { silentLog } from '../base/log.js';
import { messageOf } from '../base/errors.js';
import { milliseconds, seconds } from '../base/duration.js';
import type { CallId } from '../base/ids.js';
import { SystemClock } from '../base/system-clock.js';
import { accountSchema } from '../calls/account.js';
import type { CallStatus } from '../calls/call-status.js';
import { Calls } from '../calls/calls.js';
import { createEndpointSignaling } from '../calls/engines/endpoint-signaling.js';
import { sipSettingsSchema } from '../calls/sip-settings.js';
import type { CallStateChangeEvent } from '../events/device-event.js';
import { EventBus } from '../events/event-bus.js';
import { MediaEngine } from '../media/media-engine.js';
import type { MediaStatistics } from '../media/media-statistics.js';
import { continuousTone } from '../media/tone-source.js';
import type { CallArguments } from './program.js';

const TONE_HERTZ = 440;
/** Media of a test call stay out of the way of a device on the same machine. */
const FIRST_RTP_PORT = 40_000;

/** Where the steps are printed, and how a person can cut the call short. */
export interface CallConsole {
  print(line: string): void;
  /** Calls back once when the person wants to hang up (Ctrl-C). */
  onInterrupt(hangUp: () => void): void;
}

/**
 * `sipsiren call`: a real call with the own stack, each step told in words.
 * Resolves with 0 when it was answered and ended as planned, else with 1.
 */
export async function runTestCall(args: CallArguments, console: CallConsole): Promise<number> {
  const call = new TestCall(args, console);
  try {
    return await call.run();
  } catch (error) {
    console.print(`The call could not be made: ${messageOf(error)}`);
    return 1;
  } finally {
    await call.close();
  }
}

class TestCall {
  readonly #args: CallArguments;
  readonly #console: CallConsole;
  readonly #clock = new SystemClock();
  readonly #startedAt = this.#clock.now();
  readonly #bus = new EventBus({ clock: this.#clock, log: silentLog });
  readonly #calls: Calls;
  readonly #over = deferred<CallStateChangeEvent>();
  #callId: CallId | undefined;
  #staying: Timer | undefined;
  #isOver = false;
  #wasAnswered = false;
  #isHungUpHere = false;

  constructor(args: CallArguments, console: CallConsole) {
    this.#args = args;
    this.#console = console;
    const clock = this.#clock;
    this.#calls = new Calls({
      clock,
      log: silentLog,
      bus: this.#bus,
      settings: sipSettingsSchema.parse({ enabled: true, callingTimeoutSeconds: args.timeoutSeconds }),
      accounts: [
        accountSchema.parse({
          id: 'test-call',
          mode: 'peer-to-peer',
          isDefault: true,
          userId: args.from,
          transport: args.transport ?? 'udp',
        }),
      ],
      createSignaling: (settings) =>
        createEndpointSignaling({ settings: { ...settings, port: 0 }, clock, log: silentLog }),
      createMedia: () =>
        new MediaEngine({
          clock,
          log: silentLog,
          address: '0.0.0.0',
          firstPort: FIRST_RTP_PORT,
          maxSessions: 1,
        }),
    });
    this.#bus.subscribe(({ event }) => {
      if (event.type === 'call.stateChange') this.#onChange(event);
    });
  }

  async run(): Promise<number> {
    await this.#calls.start();
    this.#say(`calling ${this.#args.to}`);
    this.#console.onInterrupt(() => this.#hangUp());
    this.#callId = await this.#calls.place({
      to: this.#args.to,
      onMedia: (media) => media.play(continuousTone(TONE_HERTZ)),
    });
    const end = await this.#over.promise;
    const status = this.#calls.history()[0];
    if (this.#wasAnswered && status?.media) this.#tellMedia(status.media);
    this.#tellEnd(end, status);
    return this.#wasAnswered && this.#isHungUpHere ? 0 : 1;
  }

  close(): Promise<void> {
    this.#staying?.cancel();
    return this.#calls.close();
  }

  #onChange(event: CallStateChangeEvent): void {
    switch (event.reason) {
      case 'Initiated':
        return this.#say('INVITE is on its way');
      case 'AcceptedByRemote':
        this.#wasAnswered = true;
        this.#say(`answered; playing a tone of ${TONE_HERTZ} Hz`);
        return this.#talk();
      default:
        this.#isOver = true;
        this.#over.resolve(event);
    }
  }

  /** What happens in the call: keys, then as many seconds as were asked for, then we hang up. */
  #talk(): void {
    const { dtmf, seconds: stay } = this.#args;
    const wait = () => {
      // The call may end while keys are still being pressed.
      if (this.#isOver) return;
      this.#staying = this.#clock.startTimer('test call', stay > 0 ? seconds(stay) : milliseconds(0), () =>
        this.#hangUp(),
      );
    };
    if (dtmf === undefined || this.#callId === undefined) return wait();
    this.#say(`pressing ${dtmf}`);
    this.#calls.sendDtmf(this.#callId, dtmf).then(wait, (error: unknown) => {
      this.#say(`the keys could not be sent: ${messageOf(error)}`);
      wait();
    });
  }

  #hangUp(): void {
    if (this.#callId === undefined || this.#isHungUpHere) return;
    if (!this.#calls.list().some((call) => call.callId === this.#callId)) return;
    this.#isHungUpHere = true;
    this.#say('hanging up');
    this.#calls.end(this.#callId);
  }

  #tellMedia(media: MediaStatistics): void {
    const { sent, received, lost } = media;
    this.#say(
      `media: sent ${sent} packets, received ${received}, lost ${lost}, jitter ${media.jitter.toFixed(1)} ms`,
    );
    if (received === 0 && sent > 0)
      this.#say('no sound came back: look at firewalls and at the address in the answer');
  }

  #tellEnd(end: CallStateChangeEvent, status: CallStatus | undefined): void {
    if (this.#wasAnswered) {
      const answered = status?.answeredAt ?? 0;
      const lasted = ((status?.endedAt ?? answered) - answered) / 1_000;
      this.#say(
        `ended after ${lasted.toFixed(1)} s${this.#isHungUpHere ? '' : `: ${end.detail ?? 'the other side hung up'}`}`,
      );
    } else {
      this.#say(`not answered (${end.reason})${end.detail === undefined ? '' : `: ${end.detail}`}`);
    }
  }

  #say(text: string): void {
    const elapsed = (this.#clock.now() - this.#startedAt) / 1_000;
    this.#console.print(`${elapsed.toFixed(3).padStart(8)} s  ${text}`);
  }
}

/** A promise with its resolver beside it; Promise.withResolvers came with Node 22. */
function deferred<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let settle: ((value: Value) => void) | undefined;
  const promise = new Promise<Value>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}
