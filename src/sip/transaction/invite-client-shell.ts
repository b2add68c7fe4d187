import type { ClientEffect } from './client-effect.js';
import type { ClientInput } from './client-input.js';
import { ClientShell } from './client-shell.js';
import { beginInviteClient, nextInviteClient, type InviteClientState } from './invite-client.js';

/** An INVITE that was sent. */
export class InviteClientShell extends ClientShell {
  readonly isInvite = true;
  #state: InviteClientState = 'calling';

  protected begin(): readonly ClientEffect[] {
    return beginInviteClient(this.reliable).effects;
  }

  protected step(input: ClientInput): readonly ClientEffect[] {
    const { state, effects } = nextInviteClient(this.#state, input, this.reliable);
    this.#state = state;
    return effects;
  }
}
