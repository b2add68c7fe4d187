import type { Act } from '../api/use-act.js';
import type { Device } from '../api/use-device.js';
import { TEXTS } from '../texts.js';

/** What is wrong, above everything else. */
export function Notices({
  device,
  act,
  refusal,
  onDismiss,
}: {
  readonly device: Device;
  readonly act: Act;
  readonly refusal: string | undefined;
  readonly onDismiss: () => void;
}) {
  const isInMaintenance = device.status?.light.some(({ purpose }) => purpose === 'maintenance') ?? false;
  const problems = device.status?.configuration.problems ?? [];
  return (
    <div className="notices" aria-live="polite">
      {device.connection === 'lost' && <p className="notice bad">{TEXTS.connectionLost}</p>}
      {isInMaintenance && (
        <p className="notice">
          <span className="grow">{TEXTS.maintenance.notice}</span>
          <button type="button" onClick={() => act('PUT', '/maintenance', { active: false })}>
            {TEXTS.maintenance.turnOff}
          </button>
        </p>
      )}
      {problems.length > 0 && (
        <div className="notice bad">
          <strong>{TEXTS.configurationTrouble}</strong>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      {refusal !== undefined && (
        <p className="notice bad">
          <span className="grow">{refusal}</span>
          <button type="button" aria-label={TEXTS.dismiss} onClick={onDismiss}>
            ×
          </button>
        </p>
      )}
      {device.missed > 0 && <p className="notice">{TEXTS.missed(device.missed)}</p>}
    </div>
  );
}
