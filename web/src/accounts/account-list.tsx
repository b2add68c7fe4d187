import type { AccountView } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';

/** Each SIP account with its registration. */
export function AccountList({ accounts }: { readonly accounts: readonly AccountView[] }) {
  return (
    <section className="panel" aria-labelledby="accounts-title">
      <h2 id="accounts-title">{TEXTS.accounts.title}</h2>
      <ul className="rows">
        {accounts.map((account) => (
          <li key={account.id}>
            <span className={`dot ${moodOf(account)}`} aria-hidden="true" />
            <span className="grow">
              {account.name === '' ? account.id : account.name}
              {account.isDefault && !account.name.includes(TEXTS.accounts.default) && (
                <em> ({TEXTS.accounts.default})</em>
              )}
            </span>
            <span className="hint">{stateOf(account)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const BAD_STATES: ReadonlySet<string> = new Set(['refused', 'unreachable', 'untrusted']);

function moodOf({ active, registration }: AccountView): string {
  if (!active) return 'off';
  if (!registration || registration.state === 'registered') return 'good';
  return BAD_STATES.has(registration.state) ? 'bad' : 'waiting';
}

function stateOf({ active, registration }: AccountView): string {
  if (!active) return TEXTS.accounts.inactive;
  if (!registration) return TEXTS.accounts.peerToPeer;
  const why = [registration.status, registration.reason].filter((part) => part !== undefined).join(' ');
  const state = TEXTS.accounts.registrations[registration.state];
  // A device on its secondary server is registered, and not as it should be: says where.
  if (registration.state === 'registered') {
    return registration.server === undefined
      ? state
      : TEXTS.accounts.registeredAt(state, registration.server);
  }
  return why === '' ? state : `${state}: ${why}`;
}
