import type { CallStatus } from '../calls/call-status.js';
import { hostsToDial } from '../calls/hosts-to-dial.js';
import type { Signaling } from '../calls/signaling.js';
import { byRank } from '../siren/rank.js';
import type { SirenStatus } from '../siren/siren-status.js';
import type { RuleStatus } from '../rules/rules.js';
import type { AccountView, Services } from './services.js';

/** The answer of `status.get`. */
export type StatusView = {
  /** The device's time, milliseconds since the Unix epoch; all other times are by the same clock. */
  readonly now: number;
  /** Highest priority first, both. */
  readonly light: SirenStatus['light'];
  readonly siren: SirenStatus['siren'];
  /** Calls in progress, newest first. */
  readonly calls: readonly CallStatus[];
  readonly accounts: readonly AccountView[];
  /** Rules that are active now. */
  readonly activeRules: readonly RuleStatus[];
  /** Where calls arrive; empty while SIP is turned off. */
  readonly listening: Signaling['listening'];
  /** What stands right of the @ when calling the device: `192.168.0.90`, `192.168.0.90:5070`; best first. */
  readonly dial: readonly string[];
  readonly configuration: {
    /** Where it came from at the start; anything but `stored` and `new` means that a person should look. */
    readonly origin: string;
    readonly problems: readonly string[];
  };
};

/** The state of the whole device at this instant. */
export function statusOf(services: Services): StatusView {
  const { light, siren } = services.siren.status();
  const { listening } = services.calls;
  return {
    now: services.system.now(),
    light,
    // Whoever speaks stands among the sirens, where a voice of the same priority comes first.
    siren: [...services.paging.status(), ...siren].sort(byRank),
    calls: callsInProgress(services),
    accounts: accountStates(services),
    activeRules: services.rules.status().filter((rule) => rule.active),
    listening,
    dial: hostsToDial(listening),
    configuration: { origin: services.config.origin, problems: services.config.problems },
  };
}

/** Newest first. */
export function callsInProgress(services: Services): readonly CallStatus[] {
  return [...services.calls.list()].sort((one, other) => other.startedAt - one.startedAt);
}

function accountStates({ config, calls }: Services): readonly AccountView[] {
  return config.get('accounts').map(({ id, name, userId, mode, isDefault, active }) => ({
    id,
    name,
    userId,
    mode,
    isDefault,
    active,
    ...(mode === 'registered' && { registration: calls.registrationOf(id) }),
  }));
}
