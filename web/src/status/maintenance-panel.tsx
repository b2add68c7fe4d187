import { useState } from 'react';
import type { HealthCheckView, StatusView } from '../../../src/control/page-data.js';
import type { Act } from '../api/use-act.js';
import { TEXTS } from '../texts.js';

const HOUR = 3_600;

/** Seconds; none is until it is turned off. */
const DURATIONS: readonly (number | undefined)[] = [undefined, HOUR / 2, HOUR, 2 * HOUR, 8 * HOUR, 24 * HOUR];

/** Maintenance mode, identify and the health check. */
export function MaintenancePanel(props: {
  readonly status: StatusView | undefined;
  readonly health: HealthCheckView | undefined;
  readonly act: Act;
}) {
  const { status, health, act } = props;
  return (
    <section className="panel" aria-labelledby="maintenance-title">
      <h2 id="maintenance-title">{TEXTS.maintenance.title}</h2>
      <ul className="rows">
        <MaintenanceMode isOn={isThere(status, 'maintenance')} act={act} />
        <Identify isOn={isThere(status, 'identify')} act={act} />
        <HealthCheck health={health} isOn={isThere(status, 'healthCheck')} act={act} />
      </ul>
    </section>
  );
}

function MaintenanceMode({ isOn, act }: { readonly isOn: boolean; readonly act: Act }) {
  const [duration, setDuration] = useState('0');
  const texts = TEXTS.maintenance;
  const seconds = DURATIONS[Number(duration)];
  return (
    <li>
      <span className="grow">
        <strong>{isOn ? texts.isOn : texts.isOff}</strong>
        <span className="hint block">{texts.what}</span>
        {!isOn && (
          <label className="block">
            {texts.duration}{' '}
            <select value={duration} onChange={(event) => setDuration(event.target.value)}>
              {DURATIONS.map((value, index) => (
                <option key={value ?? 'continuous'} value={index}>
                  {value === undefined ? texts.continuous : texts.hours(value / HOUR)}
                </option>
              ))}
            </select>
          </label>
        )}
      </span>
      <button
        type="button"
        onClick={() =>
          act('PUT', '/maintenance', isOn ? { active: false } : { active: true, ...(seconds && { seconds }) })
        }
      >
        {isOn ? texts.turnOff : texts.turnOn}
      </button>
    </li>
  );
}

function Identify({ isOn, act }: { readonly isOn: boolean; readonly act: Act }) {
  return (
    <li>
      <span className="grow">
        <strong>{TEXTS.maintenance.identify}</strong>
        <span className="hint block">{TEXTS.maintenance.identifyWhat}</span>
      </span>
      <button type="button" onClick={() => act('PUT', '/identify', { active: !isOn })}>
        {isOn ? TEXTS.maintenance.identifyStop : TEXTS.maintenance.identifyStart}
      </button>
    </li>
  );
}

function HealthCheck(props: {
  readonly health: HealthCheckView | undefined;
  readonly isOn: boolean;
  readonly act: Act;
}) {
  const texts = TEXTS.maintenance.health;
  const last = props.health?.last;
  return (
    <li>
      <span className="grow">
        <strong>{texts.title}</strong>
        <span className="hint block" data-testid="last-health-check">
          {last === undefined
            ? texts.never
            : texts.last(texts.outcomes[last.outcome], new Date(last.endedAt).toLocaleString())}
        </span>
        {last?.outputs.map(({ id, name, ok, error }) => (
          <span key={id} className="hint block">
            {texts.output(name === '' ? id : name, ok ? texts.works : (error ?? ''))}
          </span>
        ))}
      </span>
      <button type="button" disabled={props.isOn} onClick={() => props.act('POST', '/health-check', {})}>
        {props.isOn ? texts.running : texts.start}
      </button>
    </li>
  );
}

function isThere(status: StatusView | undefined, purpose: string): boolean {
  return [...(status?.light ?? []), ...(status?.siren ?? [])].some(
    (activity) => activity.purpose === purpose,
  );
}
