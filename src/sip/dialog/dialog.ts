import type { SipRequest, SipResponse, Uri } from '../message/index.js';

/**
 * The state of a dialog (RFC 3261 section 12): what two user agents must both remember of each other. A value:
 * what changes it returns another one. That it is early, or over, is the business of the INVITE that made it.
 */
export type Dialog = {
  readonly callId: string;
  readonly localTag: string;
  /** Empty for a peer of RFC 2543, which may have none (section 12.1.1). */
  readonly remoteTag: string;
  /** Our From value, with tag, as it stands in a request of ours. */
  readonly local: string;
  /** Our To value, with the peer's tag, as it stands in a request of ours. */
  readonly remote: string;
  /** The CSeq number of our last request; 0 before the first. */
  readonly localSequence: number;
  /** The CSeq number of the peer's last request; -1 before the first. */
  readonly remoteSequence: number;
  readonly remoteTarget: Uri;
  /** Route values in the order in which our requests pass them. */
  readonly routeSet: readonly string[];
};

/** The dialog that a UAS makes when it answers an INVITE (section 12.1.1). */
export function dialogOfRequest(invite: SipRequest, localTag: string): Dialog {
  const to = invite.headers.first('To') ?? '';
  return {
    callId: invite.callId,
    localTag,
    remoteTag: invite.fromTag ?? '',
    local: invite.toTag === undefined ? `${to};tag=${localTag}` : to,
    remote: invite.headers.first('From') ?? '',
    localSequence: 0,
    remoteSequence: invite.cseq.sequence,
    // A peer of RFC 2543 may have no Contact; its From is then all there is.
    remoteTarget: invite.contacts[0]?.uri ?? invite.from.uri,
    routeSet: invite.headers.has('Record-Route') ? invite.headers.values('Record-Route') : [],
  };
}

/** The dialog that a UAC makes of a provisional response with a To tag, or of a 2xx (section 12.1.2). */
export function dialogOfResponse(invite: SipRequest, response: SipResponse): Dialog {
  return {
    callId: invite.callId,
    localTag: invite.fromTag ?? '',
    remoteTag: response.toTag ?? '',
    local: invite.headers.first('From') ?? '',
    remote: response.headers.first('To') ?? '',
    localSequence: invite.cseq.sequence,
    remoteSequence: -1,
    remoteTarget: response.contacts[0]?.uri ?? invite.uri,
    routeSet: response.headers.has('Record-Route')
      ? [...response.headers.values('Record-Route')].reverse()
      : [],
  };
}

/** The dialog after a request of ours took the next CSeq number. */
export function withNextSequence(dialog: Dialog): Dialog {
  return { ...dialog, localSequence: dialog.localSequence + 1 };
}

/** The dialog after a request of the peer; undefined where it is older than one seen before (section 12.2.2: answer 500). */
export function withRemoteSequence(dialog: Dialog, sequence: number): Dialog | undefined {
  if (sequence <= dialog.remoteSequence) return undefined;
  return { ...dialog, remoteSequence: sequence };
}

/** The dialog after a target refresh: the Contact of a re-INVITE, an UPDATE, or of the 2xx to ours (section 12.2). */
export function withRemoteTarget(dialog: Dialog, message: SipRequest | SipResponse): Dialog {
  const contact = message.contacts[0];
  return contact ? { ...dialog, remoteTarget: contact.uri } : dialog;
}
