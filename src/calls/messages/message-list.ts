import type { MessageReceivedEvent, MessageSentEvent } from '../../events/device-event.js';
import { CALL_LIMITS } from '../limits.js';

/** A message as people and programs see it. */
export type MessageStatus = (Omit<MessageReceivedEvent, 'type'> | Omit<MessageSentEvent, 'type'>) & {
  readonly kind: 'received' | 'sent';
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
};

/** The last messages, received and sent. */
export class MessageList {
  #messages: MessageStatus[] = [];
  #count = 0;

  /** An id that no other message has had since the start. */
  nextId(): string {
    this.#count += 1;
    return `message-${this.#count}`;
  }

  add({ type, ...message }: MessageReceivedEvent | MessageSentEvent, at: number): void {
    const kind = type === 'message.received' ? 'received' : 'sent';
    this.#messages.push({ kind, at, ...message });
    if (this.#messages.length >= 2 * CALL_LIMITS.rememberedMessages) {
      this.#messages = this.#messages.slice(-CALL_LIMITS.rememberedMessages);
    }
  }

  /** Newest first. */
  list(): readonly MessageStatus[] {
    return this.#messages.slice(-CALL_LIMITS.rememberedMessages).reverse();
  }
}
