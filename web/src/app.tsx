import { lazy, Suspense, useEffect } from 'react';
import type { StatusView } from '../../src/control/page-data.js';
import { useAct } from './api/use-act.js';
import { useDevice } from './api/use-device.js';
import { Overview } from './overview.js';
import { AlarmAnnouncer } from './status/alarm-announcer.js';
import { isDevicesOwn } from './status/activity-name.js';
import { DeviceTime } from './status/device-time.js';
import { Notices } from './status/notices.js';
import { TEXTS } from './texts.js';
import { usePlace } from './use-place.js';

/** The alarm is seen at once: what only those need who set something up is loaded when they come. */
const ProfilesPage = lazy(async () => ({
  default: (await import('./profiles/profiles-page.js')).ProfilesPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('./settings/settings-page.js')).SettingsPage,
}));

/** The frame around every page: what it is, whether it is connected, and the button that ends every alarm. */
export function App() {
  const device = useDevice();
  const { act, refusal, dismiss } = useAct();
  const { page, section } = usePlace();
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
      <Menu page={page} />
      <Notices device={device} act={act} refusal={refusal} onDismiss={dismiss} />
      <AlarmAnnouncer status={status} />
      <main
        id="content"
        className={[page === 'overview' ? 'overview' : '', device.connection === 'lost' ? 'stale' : '']
          .join(' ')
          .trim()}
        aria-busy={device.connection === 'connecting'}
      >
        <Suspense fallback={<p className="empty">{TEXTS.settings.reading}</p>}>
          {page === 'profiles' ? (
            <ProfilesPage device={device} act={act} />
          ) : page === 'settings' ? (
            <SettingsPage section={section} changes={device.changes} />
          ) : (
            <Overview device={device} act={act} />
          )}
        </Suspense>
      </main>
    </DeviceTime>
  );
}

function Menu({ page }: { readonly page: string }) {
  const { title, overview, profiles, settings } = TEXTS.menu;
  const pages = { overview, profiles, settings };
  return (
    <nav className="menu" aria-label={title}>
      {Object.entries(pages).map(([name, text]) => (
        <a key={name} href={`#/${name}`} aria-current={name === page ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
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
