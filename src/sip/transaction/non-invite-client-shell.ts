import type { ClientEffect } from './client-effect.js';
import type { ClientInput } from './client-input.js';
import { ClientShell } from './client-shell.js';
import { beginNonInviteClient, nextNonInviteClient, type NonInviteClientState } from './non-invite-client.js';

/** A request other than INVITE and ACK that was sent. */
export class NonInviteClientShell extends ClientShell {
  readonly isInvite = false;
  #state: NonInviteClientState = 'trying';

  protected begin(): readonly ClientEffect[] {
    return beginNonInviteClient(this.reliable).effects;
  }

  protected step(input: ClientInput): readonly ClientEffect[] {
    const { state, effects } = nextNonInviteClient(this.#state, input, this.reliable);
    this.#state = state;
    return effects;
  }
}
