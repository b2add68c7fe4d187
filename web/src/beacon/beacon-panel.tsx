import type { Device } from '../api/use-device.js';
import type { Act } from '../api/use-act.js';
import { SoundSwitch } from '../sound/sound-switch.js';
import { TEXTS } from '../texts.js';
import { Beacon } from './beacon.js';
import { OnNow } from './on-now.js';
import { useFlashing } from './use-flashing.js';

/** The beacon, what is on now and why, and what a person must know before it flashes. */
export function BeaconPanel({ device, act }: { readonly device: Device; readonly act: Act }) {
  const flashing = useFlashing();
  const light = device.status?.light.find((activity) => activity.running);
  const siren = device.status?.siren.find((activity) => activity.running);
  const warning = device.light?.warnings.find(({ profile }) => profile === light?.profile);
  const isOn = light !== undefined || siren !== undefined;
  return (
    <section className={isOn ? 'hero on' : 'hero'} aria-labelledby="now-title">
      <div className="stage">
        <Beacon
          pictures={device.pictures}
          isSteady={flashing.isSteady}
          profile={light?.profile}
          isLit={light !== undefined}
        />
      </div>
      <div className="now">
        <OnNow light={light} siren={siren} device={device} act={act} />
        <SoundSwitch sound={device.sound} isKnown={device.connection === 'connected'} />
      </div>
      {warning && <p className="flashing caution">{warning.message}</p>}
      <Flashing {...flashing} />
    </section>
  );
}

function Flashing({ isSteady, prefersReduced, isAcknowledged, setFlashing }: ReturnType<typeof useFlashing>) {
  if (prefersReduced) {
    return (
      <p className="flashing hint">
        {TEXTS.beacon.reducedMotion} {TEXTS.beacon.steady}
      </p>
    );
  }
  if (isAcknowledged && !isSteady) {
    return (
      <div className="flashing">
        <button type="button" className="quiet" onClick={() => setFlashing(false)}>
          {TEXTS.beacon.stopFlashing}
        </button>
      </div>
    );
  }
  return (
    <div className="flashing warning" role="note">
      <p className="grow">
        <strong>{TEXTS.beacon.warningTitle}.</strong> {TEXTS.beacon.warning} {TEXTS.beacon.steady}
      </p>
      <button type="button" onClick={() => setFlashing(true)}>
        {TEXTS.beacon.acknowledge}
      </button>
    </div>
  );
}
