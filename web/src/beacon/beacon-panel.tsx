import type { Device } from '../api/use-device.js';
import { SoundSwitch } from '../sound/sound-switch.js';
import { TEXTS } from '../texts.js';
import { Beacon } from './beacon.js';
import { useFlashing } from './use-flashing.js';

/** The beacon with its sound, and what a person must know before it flashes. */
export function BeaconPanel({ device }: { readonly device: Device }) {
  const flashing = useFlashing();
  const running = device.status?.light.find((activity) => activity.running);
  return (
    <section className="panel beacon-panel" aria-labelledby="beacon-title">
      <h2 id="beacon-title" className="visually-hidden">
        {TEXTS.beacon.title}
      </h2>
      <div className="stage">
        <Beacon
          pictures={device.pictures}
          isSteady={flashing.isSteady}
          profile={running?.profile}
          isLit={running !== undefined}
        />
      </div>
      <p className="now" data-testid="now">
        {running?.profile ?? (running ? running.pattern : TEXTS.alarm.none)}
      </p>
      <SoundSwitch sound={device.sound} isKnown={device.connection === 'connected'} />
      <Flashing {...flashing} />
    </section>
  );
}

function Flashing({ isSteady, prefersReduced, isAcknowledged, setFlashing }: ReturnType<typeof useFlashing>) {
  if (prefersReduced) {
    return (
      <p className="hint">
        {TEXTS.beacon.reducedMotion} {TEXTS.beacon.steady}
      </p>
    );
  }
  if (isAcknowledged && !isSteady) {
    return (
      <button type="button" className="quiet" onClick={() => setFlashing(false)}>
        {TEXTS.beacon.stopFlashing}
      </button>
    );
  }
  return (
    <div className="warning" role="note">
      <strong>{TEXTS.beacon.warningTitle}</strong>
      <p>
        {TEXTS.beacon.warning} {TEXTS.beacon.steady}
      </p>
      <button type="button" onClick={() => setFlashing(true)}>
        {TEXTS.beacon.acknowledge}
      </button>
    </div>
  );
}
