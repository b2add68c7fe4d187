import type { TemplatePlace } from '../base/template-escape.js';
import type { NotificationWish } from '../rules/notification-wish.js';
import { fillPlaceholders } from '../rules/placeholders.js';
import type { Delivery, RecordingFacts } from './delivery.js';

/** What is delivered in one file or as an attachment. */
export interface MessageFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
}

const DEFAULT_TEXT = '{{device}}: {{rule}} at {{time}}';
const DEFAULT_SUBJECT = '{{device}}: {{rule}}';
const LONGEST_NAME = 150;

/** A delivery as a recipient's kind sees it: templates become texts, the event a document. */
export class Message {
  readonly id: string;
  readonly wish: NotificationWish;
  /** Whether a person only tries the recipient out. */
  readonly isTest: boolean;
  readonly recording: RecordingFacts | undefined;
  readonly #delivery: Delivery;
  readonly #readRecording: (file: string) => Promise<Buffer>;

  constructor(
    delivery: Delivery,
    options: { readonly isTest?: boolean; readonly readRecording: (file: string) => Promise<Buffer> },
  ) {
    this.id = delivery.id;
    this.wish = delivery.wish;
    this.recording = delivery.recording;
    this.isTest = options.isTest ?? false;
    this.#delivery = delivery;
    this.#readRecording = options.readRecording;
  }

  /** A template with this message's values, its own text and subject among them. */
  fill(template: string, place: TemplatePlace = 'text'): string {
    const { text, subject } = this;
    return fillPlaceholders(template, { ...this.#delivery.source, notification: { text, subject } }, place);
  }

  get text(): string {
    return fillPlaceholders(orElse(this.wish.text, DEFAULT_TEXT), this.#delivery.source);
  }

  /** One line. */
  get subject(): string {
    return fillPlaceholders(orElse(this.wish.subject, DEFAULT_SUBJECT), this.#delivery.source)
      .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
      .trim();
  }

  /** The event as it is told to machines: docs/recipients.md has the fields. */
  get document(): Readonly<Record<string, unknown>> {
    const { id, sequence, queuedAt, source, recording } = this.#delivery;
    const { cause, device } = source;
    return {
      id,
      sequence,
      device: device.name,
      time: this.fill('{{time}}'),
      timestamp: cause.at,
      queuedAt,
      rule: { id: cause.rule, name: cause.name },
      subject: this.subject,
      text: this.text,
      ...(this.isTest && { test: true }),
      ...(cause.published && { eventNumber: cause.published.sequence, event: cause.published.event }),
      ...(recording && {
        recording: { callId: recording.callId, seconds: recording.seconds, bytes: recording.bytes },
      }),
    };
  }

  /** The event, or the recording, as a file; its name is this message's own. */
  async file(nameTemplate: string): Promise<MessageFile> {
    const name = this.#fileName(orElse(this.wish.fileName, nameTemplate));
    return this.recording
      ? { name: `${name}.wav`, contentType: 'audio/wav', content: await this.readRecording() }
      : { name: `${name}.json`, contentType: 'application/json', content: this.documentBytes };
  }

  get documentBytes(): Buffer {
    return Buffer.from(`${JSON.stringify(this.document, null, 2)}\n`);
  }

  /** The recording as a WAV file. Throws where it is gone. */
  readRecording(): Promise<Buffer> {
    return this.#readRecording(this.recording?.file ?? '');
  }

  /** No folder, nothing hidden, and the number that makes it unique, as the device manual has it. */
  #fileName(template: string): string {
    const safe = this.fill(template)
      .replace(/[\p{Cc}/\\:*?"<>|]+/gu, '-')
      .replace(/^[.\s-]+|[.\s]+$/g, '')
      .slice(0, LONGEST_NAME);
    return `${safe === '' ? 'event' : safe}-${String(this.#delivery.sequence).padStart(6, '0')}`;
  }
}

function orElse(template: string | undefined, otherwise: string): string {
  return template === undefined || template === '' ? otherwise : template;
}
