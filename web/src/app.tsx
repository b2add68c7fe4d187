import { useEffect } from 'react';
import type { StatusView } from '../../src/control/page-data.js';
import { AccountList } from './accounts/account-list.js';
import { useAct } from './api/use-act.js';
import { useDevice } from './api/use-device.js';
import { BeaconPanel } from './beacon/beacon-panel.js';
import { CallList } from './calls/call-list.js';
import { HowToDial } from './dialling/how-to-dial.js';
import { ProfileList } from './profiles/profile-list.js';
import { ActivityTable } from './status/activity-table.js';
import { AlarmAnnouncer } from './status/alarm-announcer.js';
import { isDevicesOwn } from './status/activity-name.js';
import { DeviceTime } from './status/device-time.js';
import { MaintenancePanel } from './status/maintenance-panel.js';
import { Notices } from './status/notices.js';
import { TEXTS } from './texts.js';

/** The one page: on top the beacon with what is on and why, below it what waits, who called and what can be started. */
export function App() {
  const device = useDevice();
  const { act, refusal, dismiss } = useAct();
  const { status } = device;
  useTitle(status);
  const isBusy = [...(status?.light ?? []), ...(status?.siren ?? [])].some((one) => !isDevicesOwn(one));
  return (
    <DeviceTime value={device.clockAhead}>
      <a className="skip" href="#content">
        {TEXTS.skipToContent}
      </a>
      <header>
        <img src="/icon.svg" alt="" width="32" height="32" />
        <div className="grow">
          <h1>{TEXTS.product}</h1>
          <p>{TEXTS.tagline}</p>
        </div>
        <span className={`connection ${device.connection}`}>{TEXTS.connections[device.connection]}</span>
        <button
          type="button"
          className="danger"
          disabled={!isBusy}
          onClick={() => act('POST', '/siren/stop')}
        >
          {TEXTS.alarm.stopAll}
        </button>
      </header>
      <Notices device={device} act={act} refusal={refusal} onDismiss={dismiss} />
      <AlarmAnnouncer status={status} />
      <main
        id="content"
        className={device.connection === 'lost' ? 'stale' : undefined}
        aria-busy={device.connection === 'connecting'}
      >
        <BeaconPanel device={device} act={act} />
        <div className="column">
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
          <MaintenancePanel status={status} health={device.health} act={act} />
          <HowToDial rules={device.rules} status={status} />
          <AccountList accounts={status?.accounts ?? []} />
        </div>
      </main>
    </DeviceTime>
  );
}

/** An alarm stands in the title, for a guard whose browser shows another tab. */
function useTitle(status: StatusView | undefined): void {
  const running = [...(status?.light ?? []), ...(status?.siren ?? [])].find(
    (activity) => activity.running && activity.purpose === undefined,
  );
  const name = running && (running.profile ?? running.pattern);
  useEffect(() => {
    document.title = name === undefined ? TEXTS.product : TEXTS.alarm.title(name);
  }, [name]);
}
