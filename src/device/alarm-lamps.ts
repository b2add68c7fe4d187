import type { LampSource } from '../calls/lamps/lamp-source.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import { profilesOfCall } from '../rules/profiles-of-call.js';
import type { Profile } from '../siren/profile.js';
import type { Siren } from '../siren/siren.js';

/** Extensions whose profiles are remembered. */
const MOST_KNOWN = 2_000;

/** Says of extensions whether a profile that a call to it starts, or one that this escalates to, is on. */
export function alarmLamps({
  config,
  siren,
}: {
  readonly config: ConfigStore<DeviceDocument>;
  readonly siren: Siren;
}): LampSource {
  const known = new Map<string, ReadonlySet<string>>();
  let of: readonly unknown[] = [];
  return () => {
    const [rules, profiles] = [config.get('rules'), config.get('profiles')];
    if (of[0] !== rules || of[1] !== profiles || known.size > MOST_KNOWN) known.clear();
    of = [rules, profiles];
    const { light, siren: sounding } = siren.status();
    const running = new Set([...light, ...sounding].map(({ profile }) => profile as string | undefined));
    return (extension) => {
      const key = `${extension.account} ${extension.localUri}`;
      const wanted = known.get(key) ?? withEscalations(profilesOfCall(rules, extension), profiles);
      known.set(key, wanted);
      for (const profile of wanted) if (running.has(profile)) return true;
      return false;
    };
  };
}

function withEscalations(names: ReadonlySet<string>, profiles: readonly Profile[]): ReadonlySet<string> {
  const all = new Set(names);
  // A set that grows while it is gone through gives what was added, too.
  for (const name of all) {
    const next = profiles.find((profile) => profile.name === name)?.acknowledgement?.escalation?.profile;
    if (next !== undefined) all.add(next);
  }
  return all;
}
