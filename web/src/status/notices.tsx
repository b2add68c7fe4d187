import type { Device } from '../api/use-device.js';
import { TEXTS } from '../texts.js';

/** What is wrong, above everything else. */
export function Notices({
  device,
  refusal,
  onDismiss,
}: {
  readonly device: Device;
  readonly refusal: string | undefined;
  readonly onDismiss: () => void;
}) {
  const problems = device.status?.configuration.problems ?? [];
  return (
    <div className="notices" aria-live="polite">
      {device.connection === 'lost' && <p className="notice bad">{TEXTS.connectionLost}</p>}
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
