import type { StatusView } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';

/** Says aloud, to those who do not see the beacon, which alarm runs now. */
export function AlarmAnnouncer({ status }: { readonly status: StatusView | undefined }) {
  const running = [...(status?.light ?? []), ...(status?.siren ?? [])].filter(
    (activity) => activity.running && activity.purpose === undefined,
  );
  const names = [...new Set(running.map((activity) => activity.profile ?? activity.pattern))];
  return (
    <div className="visually-hidden" role="alert" aria-live="assertive">
      {names.map((name) => TEXTS.alarm.started(name)).join(' ')}
    </div>
  );
}
