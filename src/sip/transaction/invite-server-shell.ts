import { nextInviteServer, type InviteServerState } from './invite-server.js';
import type { ServerEffect } from './server-effect.js';
import type { ServerInput } from './server-input.js';
import { ServerShell } from './server-shell.js';

/** An INVITE that was received. */
export class InviteServerShell extends ServerShell {
  readonly isInvite = true;
  protected readonly timeoutText = 'The final response to the INVITE was not acknowledged.';
  #state: InviteServerState = 'proceeding';

  protected step(input: ServerInput): readonly ServerEffect[] {
    const { state, effects } = nextInviteServer(this.#state, input, this.reliable);
    this.#state = state;
    return effects;
  }

  protected inputOf(status: number): ServerInput {
    if (status < 200) return 'provisional';
    return status < 300 ? 'success' : 'failure';
  }
}
