import { useContext } from 'react';
import type { AlarmView, AlarmsView } from '../../../src/control/page-data.js';
import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import { TEXTS } from '../texts.js';
import { DeviceTime } from './device-time.js';

/** How many of those that are over are shown. */
const SHOWN_OVER = 8;

/** Who has seen the alarm and who has taken it over: those that wait first, then what was. */
export function AlarmsPanel({ alarms, act }: { readonly alarms: AlarmsView | undefined; readonly act: Act }) {
  const { present = [], history = [] } = alarms ?? {};
  const texts = TEXTS.alarms;
  return (
    <section className="panel" aria-labelledby="alarms-title">
      <h2 id="alarms-title">{texts.title}</h2>
      {present.length === 0 && <p className="empty">{texts.none}</p>}
      <ul className="rows">
        {present.map((alarm) => (
          <AlarmRow key={alarm.id} alarm={alarm} act={act} />
        ))}
      </ul>
      {history.length > 0 && (
        <details>
          <summary>{texts.history}</summary>
          <ul className="rows">
            {history.slice(0, SHOWN_OVER).map((alarm) => (
              <AlarmRow key={alarm.id} alarm={alarm} act={act} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function AlarmRow({ alarm, act }: { readonly alarm: AlarmView; readonly act: Act }) {
  const texts = TEXTS.alarms;
  const isWaiting = alarm.state === 'unacknowledged';
  return (
    <li>
      <span className="grow">
        <strong>{alarm.profile}</strong>{' '}
        <span className={isWaiting ? 'badge bad' : 'badge'}>{texts.states[alarm.state]}</span>
        {useStory(alarm).map((line) => (
          <span key={line} className="hint block">
            {line}
          </span>
        ))}
      </span>
      {isWaiting && (
        <button
          type="button"
          className="primary"
          aria-label={texts.acknowledgeOf(alarm.profile)}
          onClick={() => act('POST', `/alarms/${inPath(alarm.id)}/acknowledge`, {})}
        >
          {texts.acknowledge}
        </button>
      )}
    </li>
  );
}

/** What happened to an alarm, in the order of time, in the time of the browser. */
function useStory({ raisedAt, cause, delivered, escalation, acknowledged, cleared }: AlarmView): string[] {
  const ahead = useContext(DeviceTime);
  const time = (at: number) => new Date(at - ahead).toLocaleTimeString();
  const texts = TEXTS.alarms;
  const lines = [texts.raised(time(raisedAt), cause)];
  const first = delivered[0];
  if (first)
    lines.push(
      texts.delivered(
        time(first.at),
        delivered.map(({ name, kind }) => (name === '' ? kind : name)).join(', '),
      ),
    );
  else lines.push(texts.undelivered);
  if (escalation) {
    lines.push(
      escalation.startedAt === undefined
        ? texts.escalates(time(escalation.dueAt), escalation.profile)
        : texts.escalated(time(escalation.startedAt), escalation.profile),
    );
  }
  if (acknowledged) {
    lines.push(texts.acknowledged(time(acknowledged.at), acknowledged.by, acknowledged.note));
  }
  if (cleared) lines.push(texts.cleared(time(cleared.at), cleared.cause));
  return lines;
}
