import type { CallStatus } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';

/** Who called whom, in a few words: `Guard called 1001`. */
export function callTitle(call: CallStatus): string {
  return sentence(call, nameOf(call) ?? addressOf(call));
}

/** The same with the address of the other side: `Guard (guard@192.168.0.5) called 1001`. */
export function callText(call: CallStatus): string {
  const name = nameOf(call);
  return sentence(call, name === undefined ? addressOf(call) : `${name} (${addressOf(call)})`);
}

/** The address of the other side, where the title has only its name. */
export function addressBesideName(call: CallStatus): string | undefined {
  return nameOf(call) === undefined ? undefined : addressOf(call);
}

function sentence(call: CallStatus, who: string): string {
  return call.direction === 'Incoming'
    ? TEXTS.calls.called(who, dialledOf(call))
    : TEXTS.calls.calledByUs(who);
}

function nameOf({ remoteName }: CallStatus): string | undefined {
  return remoteName === '' ? undefined : remoteName;
}

function addressOf({ remoteUri }: CallStatus): string {
  return remoteUri.replace(/^sips?:/, '');
}

/** The extension that was dialled; the whole address where it has none. */
function dialledOf({ localUri }: CallStatus): string {
  return /^sips?:([^@;]+)@/.exec(localUri)?.[1] ?? localUri;
}

/** How a call in progress goes: `TLS, PCMU, encrypted, on hold`. */
export function lineText({ transport, codec, encryption, held }: CallStatus): string {
  const { calls } = TEXTS;
  const parts = [
    transport?.toUpperCase(),
    codec,
    encryption === undefined ? undefined : calls.encrypted(encryption),
    held ? calls.held : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
