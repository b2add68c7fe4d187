import { dialogOfResponse, type Dialog } from '../dialog/dialog.js';
import type { SipRequest, SipResponse } from '../message/index.js';

/** More branches than any fork has; further ones are not listened to before they are answered. */
const MOST_BRANCHES = 32;

type Branch = {
  dialog: Dialog;
  /** The response that brought a session description reliably. */
  description?: SipResponse;
};

/** The early dialogs of one INVITE: each branch of a fork that answers makes one (RFC 3261 section 12.1). */
export class EarlyDialogs {
  readonly #branches = new Map<string, Branch>();

  /** The dialog of a provisional response; undefined where there are too many. */
  note(invite: SipRequest, response: SipResponse): Dialog | undefined {
    const tag = response.toTag ?? '';
    const known = this.#branches.get(tag);
    if (known) return known.dialog;
    if (this.#branches.size >= MOST_BRANCHES) return undefined;
    const dialog = dialogOfResponse(invite, response);
    this.#branches.set(tag, { dialog });
    return dialog;
  }

  /** The dialog with the peer of this tag. */
  with(tag: string): Dialog | undefined {
    return this.#branches.get(tag)?.dialog;
  }

  /** Takes over what has changed in a dialog: the CSeq numbers. */
  keep(dialog: Dialog | undefined): void {
    const branch = dialog && this.#branches.get(dialog.remoteTag);
    if (branch) branch.dialog = dialog;
  }

  /** Remembers the response with the description of a branch; false where it had one. */
  describe(tag: string, message: SipResponse): boolean {
    const branch = this.#branches.get(tag);
    if (!branch || branch.description) return false;
    branch.description = message;
    return true;
  }

  descriptionOf(tag: string): SipResponse | undefined {
    return this.#branches.get(tag)?.description;
  }
}
