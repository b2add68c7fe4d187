import type { Act } from './api/use-act.js';
import type { Device } from './api/use-device.js';
import { AccountList } from './accounts/account-list.js';
import { BeaconPanel } from './beacon/beacon-panel.js';
import { CallList } from './calls/call-list.js';
import { HowToDial } from './dialling/how-to-dial.js';
import { ProfileList } from './profiles/profile-list.js';
import { ActivityTable } from './status/activity-table.js';
import { AlarmsPanel } from './status/alarms-panel.js';
import { InputsPanel } from './status/inputs-panel.js';
import { MaintenancePanel } from './status/maintenance-panel.js';
import { TEXTS } from './texts.js';

/** On top the beacon with what is on and why, below it what waits, who called and what can be started. */
export function Overview({ device, act }: { readonly device: Device; readonly act: Act }) {
  const { status } = device;
  return (
    <>
      <BeaconPanel device={device} act={act} />
      <div className="column">
        <AlarmsPanel alarms={device.alarms} act={act} />
        <ActivityTable
          id="light-title"
          title={TEXTS.overview.light}
          activities={status?.light ?? []}
          act={act}
        />
        <ActivityTable
          id="siren-title"
          title={TEXTS.overview.siren}
          activities={status?.siren ?? []}
          act={act}
        />
        <CallList calls={device.calls} decisions={device.decisions} act={act} />
      </div>
      <div className="column">
        <ProfileList profiles={device.profiles} light={device.light} status={status} act={act} />
        <InputsPanel changes={device.changes} act={act} />
        <MaintenancePanel status={status} health={device.health} act={act} />
        <HowToDial rules={device.rules} status={status} />
        <AccountList accounts={status?.accounts ?? []} />
      </div>
    </>
  );
}
