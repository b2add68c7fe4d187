import type { Unsubscribe } from '../base/emitter.js';
import type { Account } from '../calls/account.js';
import type { Calls } from '../calls/calls.js';
import type { CallStateEvent } from '../events/device-event.js';
import type { EventBus } from '../events/event-bus.js';
import type { Paging } from '../siren/paging.js';

interface PagingParts {
  readonly bus: EventBus;
  readonly calls: Pick<Calls, 'voiceOf'>;
  readonly paging: Pick<Paging, 'start' | 'end'>;
}

/**
 * Has callers heard over the loudspeakers who dialled an extension that is for that, for as long as their call lasts.
 * `accounts` gives the newest ones.
 */
export function followPagingCalls(
  { bus, calls, paging }: PagingParts,
  accounts: () => readonly Account[],
): Unsubscribe {
  const begin = (event: CallStateEvent): void => {
    const account = accounts().find(({ id }) => id === event.account);
    const voice = calls.voiceOf(event.callId);
    if (!account || !voice || event.direction === 'Outgoing') return;
    const { priority, extensions, siren, silenceSeconds } = account.paging;
    const dialled = userOf(event.localUri);
    if (priority === null || !(extensions.includes('*') || extensions.includes(dialled))) return;
    const cause = `${event.remoteUri} speaks, by a call to ${dialled}`;
    paging.start({ owner: ownerOf(event), priority, voice, siren, silenceSeconds, cause });
  };
  return bus.subscribe(({ event }) => {
    if (event.type !== 'call.state') return;
    if (event.state === 'Active') begin(event);
    else if (event.state === 'Idle') paging.end(ownerOf(event), { cause: 'the call is over' });
  });
}

function ownerOf({ callId }: CallStateEvent): string {
  return `call:${callId}`;
}

/** `sip:1200@192.168.0.90` → `1200`. */
function userOf(uri: string): string {
  return /^sips?:([^@;]*)@/.exec(uri)?.[1] ?? '';
}
