import { nextNonInviteServer, type NonInviteServerState } from './non-invite-server.js';
import type { ServerEffect } from './server-effect.js';
import type { ServerInput } from './server-input.js';
import { ServerShell } from './server-shell.js';

/** A request other than INVITE and ACK that was received. */
export class NonInviteServerShell extends ServerShell {
  readonly isInvite = false;
  protected readonly timeoutText = 'The request was not answered while its sender still waited.';
  #state: NonInviteServerState = 'trying';

  protected step(input: ServerInput): readonly ServerEffect[] {
    const { state, effects } = nextNonInviteServer(this.#state, input, this.reliable);
    this.#state = state;
    return effects;
  }

  /** RFC 4320 section 4 forbids every provisional but 100, and 408, which only adds to a storm. */
  protected inputOf(status: number): ServerInput | undefined {
    if (status < 200) return status === 100 ? 'provisional' : undefined;
    if (status === 408) return undefined;
    return status < 300 ? 'success' : 'failure';
  }
}
