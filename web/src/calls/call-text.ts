import type { CallStatus } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';

/** Who called whom, in one sentence. */
export function callText(call: CallStatus): string {
  return call.direction === 'Incoming'
    ? TEXTS.calls.called(partyName(call), dialledOf(call))
    : TEXTS.calls.calledByUs(partyName(call));
}

/** The other side of a call, by name where it gave one and with its address. */
function partyName({ remoteName, remoteUri }: CallStatus): string {
  const address = remoteUri.replace(/^sips?:/, '');
  return remoteName === undefined || remoteName === '' ? address : `${remoteName} (${address})`;
}

/** The extension that was dialled; the whole address where it has none. */
function dialledOf({ localUri }: CallStatus): string {
  return /^sips?:([^@;]+)@/.exec(localUri)?.[1] ?? localUri;
}
