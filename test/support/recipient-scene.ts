import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleId } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import type { DeviceEvent } from '../../src/events/device-event.js';
import type { NotificationWish } from '../../src/rules/notification-wish.js';
import { Recipients, type RecipientTestReport } from '../../src/recipients/recipients.js';
import { recipientSchema } from '../../src/recipients/recipients-schema.js';
import { AwaitedList } from './awaited-list.js';

/** The id of the one recipient of a scene. */
const ID = 'guard';

/** Recipients without a device around them, to be told things by hand; what they report is kept. */
export class RecipientScene {
  readonly folder = mkdtempSync(join(tmpdir(), 'sipsiren-recipients-'));
  readonly events = new AwaitedList<DeviceEvent>();
  readonly #authorities: readonly string[];
  #recipients: Recipients;

  constructor(options: { readonly authorities?: readonly string[] } = {}) {
    this.#authorities = options.authorities ?? [];
    this.#recipients = this.#open();
  }

  /** Tries settings out that are not stored. */
  test(kind: string, settings: object, wishes: object = {}): Promise<RecipientTestReport> {
    return this.#recipients.test(recipientOf(kind, settings, wishes), { wish: {}, cause: cause('Test') });
  }

  /** What is told from now on goes there; what waits does too. */
  direct(kind: string, settings: object, wishes: object = {}): void {
    this.#recipients.apply([recipientOf(kind, settings, wishes)]);
  }

  /** Resolves when it is kept. */
  async tell(text: string, wish: NotificationWish = {}): Promise<string> {
    const { id } = await this.#recipients.send(ID, { wish: { text, ...wish }, cause: cause('Rule "x"') });
    return id;
  }

  /** The recording of a call, of so many bytes; resolves when it is kept. */
  tellRecording(bytes: number): Promise<void> {
    const recording = { callId: 'call-1', wav: Buffer.alloc(bytes, 'RIFF'), seconds: 300 };
    return this.#recipients.sendRecording(ID, { wish: {}, cause: cause('Rule "x"'), ...recording });
  }

  status() {
    return this.#recipients.status(ID);
  }

  deadLetters() {
    return this.#recipients.deadLetters(ID);
  }

  /** Until it fails for a reason that fits. */
  async failing(reason: RegExp): Promise<void> {
    await this.events.first(
      `a failure ${String(reason)}`,
      (event) =>
        event.type === 'recipient.state' && event.state === 'failing' && reason.test(event.error ?? ''),
    );
  }

  async close(): Promise<void> {
    await this.#recipients.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #open(): Recipients {
    return new Recipients({
      folder: this.folder,
      clock: new SystemClock(),
      log: silentLog,
      recipients: [],
      publish: (event) => {
        this.events.add(event);
      },
      device: () => ({ name: 'Gate 3', timeZone: 'UTC' }),
      trust: (verify) => ({ verify, authorities: this.#authorities }),
      calls: {
        place: () => Promise.reject(new Error('there are no calls here')),
        end: () => undefined,
        listen: () => () => undefined,
        contact: () => ({ address: '', account: '' }),
      },
    });
  }
}

function recipientOf(kind: string, settings: object, wishes: object) {
  return recipientSchema.parse({ id: ID, name: 'Guard', kind, settings, ...wishes });
}

function cause(name: string) {
  return { rule: 'r1' as RuleId, name, at: Date.parse('2026-12-06T02:00:00Z'), text: `rule "${name}"` };
}

/** The steps of a report as one text. */
export function told(report: RecipientTestReport): string {
  return report.steps.map(({ text }) => text).join('\n');
}
