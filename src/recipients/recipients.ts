import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import { seconds } from '../base/duration.js';
import { messageOf, SipsirenError } from '../base/errors.js';
import { randomToken } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { DeviceEvent } from '../events/device-event.js';
import type { TlsTrust } from '../net/tls-trust.js';
import type { DeviceSettings } from '../rules/device-settings.js';
import type { IntentCause } from '../rules/intent-cause.js';
import type { NotificationWish } from '../rules/notification-wish.js';
import { FileFolder } from '../store/file-folder.js';
import { ConversationReport, type ConversationStep } from './conversation-report.js';
import type { DeadLetter, Delivery, RecordingFacts, WaitingDelivery } from './delivery.js';
import { DeliveryLine, type Attempt, type LineState } from './delivery-line.js';
import { recipientKindOf } from './kinds/index.js';
import { MOST_BEST_EFFORT, OUTBOX_LIMITS } from './limits.js';
import { Message } from './message.js';
import { Outbox } from './outbox.js';
import type { CallPort, RecipientKind } from './recipient-kind.js';
import type { RecipientSettings } from './recipient-settings.js';

export interface RecipientsOptions {
  /** The data folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly recipients: readonly RecipientSettings[];
  readonly publish: (event: DeviceEvent) => void;
  readonly calls: CallPort;
  /** As `DeliveryContext.trust`. */
  readonly trust: (verify: boolean, certificate?: string) => TlsTrust;
  readonly device: () => DeviceSettings;
}

/** How a recipient does. */
export interface RecipientStatus extends LineState {
  readonly waiting: number;
  /** Of what waits, with its recordings. */
  readonly waitingBytes: number;
  readonly deadLetters: number;
  readonly isSending: boolean;
  /** Times in milliseconds of the Unix epoch. */
  readonly lastDelivered?: number;
  readonly lastError?: { readonly at: number; readonly error: string };
  readonly retryAt?: number;
}

/** What a person is told who tried a recipient out. */
export interface RecipientTestReport {
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly steps: readonly ConversationStep[];
  /** What went wrong, and what to do. */
  readonly error?: string;
}

export interface SendOptions {
  readonly wish: NotificationWish;
  readonly cause: IntentCause;
  readonly recording?: RecordingFacts | undefined;
}

/** A call that was recorded, and for whom. */
export interface SendRecordingOptions extends Omit<SendOptions, 'recording'> {
  readonly callId: string;
  readonly wav: Buffer;
  readonly seconds: number;
}

/** Every recipient with its outbox: keeps what is to be told, and tells it, each one by itself. */
export class Recipients {
  /** Of calls, that are to be delivered. */
  readonly recordings: FileFolder;
  readonly #outbox: FileFolder;
  readonly #options: RecipientsOptions;
  readonly #log: Log;
  readonly #lines = new Map<string, { settings: RecipientSettings; readonly ready: Promise<DeliveryLine> }>();
  readonly #opened = new Map<string, DeliveryLine>();
  /** Tests that run; closing ends them. */
  readonly #tests = new Set<Attempt>();
  /** What is on its way to the disk. */
  readonly #sends = new Set<Promise<unknown>>();
  /** Recordings are written one at a time. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: RecipientsOptions) {
    this.#options = options;
    this.#log = options.log.room('recipients');
    this.#outbox = new FileFolder(join(options.folder, 'outbox'));
    this.recordings = new FileFolder(join(options.folder, 'outbox', 'recordings'));
    this.apply(options.recipients);
    this.#alone(() => this.#sweep()).catch((error: unknown) => {
      this.#log.warn('recordings that nobody waits for cannot be removed', { error: messageOf(error) });
    });
  }

  /**
   * Takes other settings over. What waits for a changed recipient is tried with the new ones at once; what waits for
   * one that is gone goes with it.
   */
  apply(recipients: readonly RecipientSettings[]): void {
    const wanted = new Set(recipients.map(({ id }) => id));
    for (const id of [...this.#lines.keys()]) if (!wanted.has(id)) this.#remove(id);
    for (const settings of recipients) this.#take(settings);
  }

  /** Resolves when it is kept for delivery. Throws NOT_FOUND, CONFLICT where it is off, STORAGE_FAILED. */
  send(id: string, options: SendOptions): Promise<Delivery> {
    return this.#keeping(this.#send(id, options));
  }

  /**
   * The same for the recording of a call; one of a call without audio is left out. Throws as `send`, and NOT_SUPPORTED
   * where the recipient takes none.
   */
  sendRecording(id: string, options: SendRecordingOptions): Promise<void> {
    return this.#keeping(this.#sendRecording(id, options));
  }

  async #send(id: string, { wish, cause, recording }: SendOptions): Promise<Delivery> {
    const { settings, ready } = this.#find(id);
    if (!settings.enabled) {
      throw new SipsirenError('CONFLICT', `The recipient "${settings.name}" is turned off.`);
    }
    const delivery = this.#newDelivery({ wish, cause, recording });
    return (await ready).add(delivery);
  }

  async #sendRecording(
    id: string,
    { callId, wav, seconds: length, ...wishes }: SendRecordingOptions,
  ): Promise<void> {
    const { settings } = this.#find(id);
    if (!recipientKindOf(settings.kind).takesRecordings) {
      throw new SipsirenError('NOT_SUPPORTED', `The recipient "${settings.name}" takes no recordings.`);
    }
    if (length === 0) return;
    const file = `${randomToken(12)}.wav`;
    await this.#alone(() => this.recordings.write(file, wav));
    try {
      await this.#send(id, { ...wishes, recording: { file, bytes: wav.length, seconds: length, callId } });
    } catch (error) {
      if (!(error instanceof SipsirenError) || error.code !== 'STORAGE_FAILED')
        await this.recordings.remove(file);
      throw error;
    }
  }

  /** Throws NOT_FOUND. */
  async status(id: string): Promise<RecipientStatus> {
    const line = await this.#find(id).ready;
    const { outbox, state, lastError, retryAt, isSending } = line;
    const { lastDelivered } = outbox;
    return {
      ...state,
      waiting: outbox.count,
      waitingBytes: outbox.bytes,
      deadLetters: outbox.dead.length,
      isSending,
      ...(lastDelivered !== undefined && { lastDelivered }),
      ...(lastError !== undefined && { lastError }),
      ...(retryAt !== undefined && { retryAt }),
    };
  }

  /** What waits, in its order. Throws NOT_FOUND. */
  async outbox(id: string): Promise<readonly WaitingDelivery[]> {
    return (await this.#find(id).ready).outbox.waiting;
  }

  /** What was given up, newest first. Throws NOT_FOUND. */
  async deadLetters(id: string): Promise<readonly DeadLetter[]> {
    return (await this.#find(id).ready).outbox.dead;
  }

  /** Tries a dead letter again, after what waits. Throws NOT_FOUND. */
  async retry(id: string, delivery: string): Promise<void> {
    const line = await this.#find(id).ready;
    await line.outbox.revive(delivery);
    line.hurry();
  }

  /** Forgets a dead letter. Throws NOT_FOUND. */
  async discard(id: string, delivery: string): Promise<void> {
    (await this.#find(id).ready).outbox.forget(delivery);
  }

  /** Sends something once, past the outbox, and tells how that went. The recipient need not be a stored one. */
  async test(settings: RecipientSettings, { wish, cause }: SendOptions): Promise<RecipientTestReport> {
    const delivery = { ...this.#newDelivery({ wish, cause }), sequence: 0 };
    const { report, attempt } = this.#attempt(settings, delivery, true);
    this.#tests.add(attempt);
    try {
      await attempt.done;
      report.say('It was delivered.');
      return { ok: true, milliseconds: report.milliseconds, steps: report.steps };
    } catch (error) {
      const words = report.hide(messageOf(error));
      report.say(`It failed: ${words}`);
      return { ok: false, milliseconds: report.milliseconds, steps: report.steps, error: words };
    } finally {
      this.#tests.delete(attempt);
    }
  }

  /** Ends attempts, which count as not made, and begins none; what is sent still is kept. Idempotent. */
  async stop(): Promise<void> {
    for (const test of this.#tests) test.cancel(new SipsirenError('CANCELLED', 'The device stops.'));
    for (const { ready } of this.#lines.values()) (await ready).close();
  }

  /** Stops, and lets the files go when everything is on the disk. Idempotent. */
  async close(): Promise<void> {
    await this.stop();
    await Promise.allSettled(this.#sends);
    const lines = [...this.#lines.values()];
    this.#lines.clear();
    this.#opened.clear();
    await this.#tail;
    await Promise.all(lines.map(async ({ ready }) => (await ready).outbox.close()));
  }

  #keeping<Result>(send: Promise<Result>): Promise<Result> {
    this.#sends.add(send);
    const forget = () => this.#sends.delete(send);
    send.then(forget, forget);
    return send;
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Recordings that no delivery names, which a crash has left behind. */
  async #sweep(): Promise<void> {
    const lines = await Promise.all([...this.#lines.values()].map(({ ready }) => ready));
    const journals = await this.#outbox.list('.journal');
    // What belongs to a recipient that is not configured any more may be wanted again.
    if (journals.some(({ name }) => !this.#lines.has(name.slice(0, -'.journal'.length)))) return;
    const named = new Set(lines.flatMap(({ outbox }) => outbox.recordings));
    for (const { name } of await this.recordings.list('.wav')) {
      if (!named.has(name)) await this.recordings.remove(name);
    }
  }

  #find(id: string) {
    const found = this.#lines.get(id);
    if (!found) throw new SipsirenError('NOT_FOUND', `There is no recipient with the id "${id}".`);
    return found;
  }

  #newDelivery({ wish, cause, recording }: SendOptions): Omit<Delivery, 'sequence'> {
    return {
      id: randomToken(12),
      queuedAt: this.#options.clock.wallTime(),
      wish,
      source: { cause, device: this.#options.device() },
      ...(recording && { recording }),
    };
  }

  #take(settings: RecipientSettings): void {
    const { id } = settings;
    const known = this.#lines.get(id);
    if (!known) {
      this.#lines.set(id, { settings, ready: this.#open(settings) });
    } else if (isKept(known.settings) !== isKept(settings)) {
      this.#lines.set(id, { settings, ready: this.#reopen(known.ready, settings) });
    } else if (JSON.stringify(known.settings) !== JSON.stringify(settings)) {
      this.#lines.set(id, { settings, ready: known.ready });
      void known.ready.then((line) => {
        line.apply(settings);
      });
    }
  }

  #remove(id: string): void {
    const known = this.#lines.get(id);
    this.#lines.delete(id);
    const isFailing = this.#opened.get(id)?.state.state === 'failing';
    this.#opened.delete(id);
    if (known && isFailing) this.#publish(known.settings, { state: 'ok' });
    known?.ready
      .then(async (line) => {
        line.close();
        await line.outbox.remove();
      })
      .catch((error: unknown) => {
        this.#log.error('the outbox of a deleted recipient cannot be removed', { error: messageOf(error) });
      });
  }

  async #open(settings: RecipientSettings): Promise<DeliveryLine> {
    const outbox = await this.#openOutbox(settings);
    const line = new DeliveryLine({
      settings,
      outbox,
      clock: this.#options.clock,
      log: this.#log,
      isKept: isKept(settings),
      attempt: (now, delivery) => this.#attempt(now, delivery, false).attempt,
      onState: (state) => this.#publish(this.#lines.get(settings.id)?.settings ?? settings, state),
    });
    this.#opened.set(settings.id, line);
    line.hurry();
    return line;
  }

  /** A disk that cannot be read is no reason to tell nobody of an alarm. */
  async #openOutbox(settings: RecipientSettings): Promise<Outbox> {
    const { clock, folder } = this.#options;
    const common = {
      clock,
      log: this.#log,
      onGone: (delivery: Delivery) => this.#forgetRecording(delivery),
    };
    const inMemory = {
      ...common,
      path: undefined,
      limits: { ...OUTBOX_LIMITS, deliveries: MOST_BEST_EFFORT },
    };
    if (!isKept(settings)) return Outbox.open(inMemory);
    try {
      const path = join(folder, 'outbox', `${settings.id}.journal`);
      return await Outbox.open({ ...common, path, limits: OUTBOX_LIMITS });
    } catch (error) {
      this.#log.error('an outbox cannot be opened; notifications are kept in memory only', {
        recipient: settings.id,
        error: messageOf(error),
      });
      return Outbox.open(inMemory);
    }
  }

  /** Kept on disk from now on, or no longer: what waits moves. */
  async #reopen(before: Promise<DeliveryLine>, settings: RecipientSettings): Promise<DeliveryLine> {
    const old = await before;
    old.close();
    const moved = old.outbox.waiting.map(({ delivery }) => delivery);
    await old.outbox.close();
    const line = await this.#open(settings);
    for (const delivery of moved) await line.add(delivery);
    if (!isKept(settings)) await old.outbox.remove(moved);
    return line;
  }

  #attempt(settings: RecipientSettings, delivery: Delivery, isTest: boolean) {
    const { clock, calls, trust } = this.#options;
    const kind = recipientKindOf(settings.kind);
    const report = new ConversationReport(clock, secretsIn(kind, settings));
    const ending = new AbortController();
    const patience = settings.timeoutSeconds + (kind.extraSeconds?.(settings.settings) ?? 0);
    const timer = clock.startTimer(`recipient ${settings.id} attempt`, seconds(patience), () => {
      ending.abort(new SipsirenError('TIMEOUT', `There was no answer within ${patience} seconds.`));
    });
    const message = new Message(delivery, { isTest, readRecording: (file) => this.#readRecording(file) });
    const say = (text: string) => {
      report.say(text);
    };
    const done = outcomeOf(
      kind.deliver(settings.settings, message, { signal: ending.signal, say, clock, calls, trust }),
      ending.signal,
      (text) => report.hide(text),
    ).finally(() => {
      timer.cancel();
    });
    const attempt: Attempt = { done, cancel: (reason) => ending.abort(reason) };
    return { attempt, report };
  }

  async #readRecording(file: string): Promise<Buffer> {
    const bytes = await this.recordings.read(file);
    if (bytes) return bytes;
    throw new SipsirenError('DELIVERY_REFUSED', 'The recording is gone.');
  }

  #forgetRecording({ recording }: Delivery): void {
    if (!recording) return;
    this.recordings.remove(recording.file).catch((error: unknown) => {
      this.#log.error('a recording cannot be removed', { file: recording.file, error: messageOf(error) });
    });
  }

  #publish({ id, name, kind }: RecipientSettings, { state, since, error }: LineState): void {
    if (state === 'unknown') return;
    this.#options.publish({
      type: 'recipient.state',
      recipient: id,
      name,
      kind,
      state,
      ...(since !== undefined && { since }),
      ...(error !== undefined && { error }),
    });
  }
}

/** Whether deliveries are kept on disk until they are delivered. */
function isKept({ delivery, kind }: Pick<RecipientSettings, 'delivery' | 'kind'>): boolean {
  return (delivery === 'default' ? recipientKindOf(kind).delivery : delivery) === 'atLeastOnce';
}

/** An attempt that hangs ends with its signal, whatever the kind makes of it. What it fails with tells no secret. */
async function outcomeOf(
  delivering: Promise<void>,
  signal: AbortSignal,
  hide: (text: string) => string,
): Promise<void> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([delivering, aborted]);
  } catch (error) {
    delivering.catch(() => undefined);
    const code = error instanceof SipsirenError ? error.code : 'DELIVERY_FAILED';
    throw new SipsirenError(code, hide(messageOf(error)), { cause: error });
  }
}

function secretsIn({ secrets }: RecipientKind, { settings }: RecipientSettings): string[] {
  return secrets.map((name) => settings[name]).filter((value) => typeof value === 'string');
}
