import { useState } from 'react';
import type { ActivityStatus } from '../../../src/control/page-data.js';
import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import { TEXTS } from '../texts.js';
import { activityName, isDevicesOwn } from './activity-name.js';
import { durationText } from './duration-text.js';
import { useNow } from './use-now.js';

/** One status list: what runs, highlighted, and below it what waits. */
export function ActivityTable(props: {
  readonly id: string;
  readonly title: string;
  readonly activities: readonly ActivityStatus[];
  readonly act: Act;
}) {
  const { columns } = TEXTS.overview;
  const elapsed = useSecondsSince(props.activities);
  return (
    <section className="panel" aria-labelledby={props.id}>
      <h2 id={props.id}>{props.title}</h2>
      {props.activities.length === 0 ? (
        <p className="empty">{TEXTS.overview.empty}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{columns.profile}</th>
              <th scope="col">{columns.pattern}</th>
              <th scope="col" className="number">
                {columns.priority}
              </th>
              <th scope="col">{columns.timeLeft}</th>
              <th scope="col">
                <span className="visually-hidden">{columns.action}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {props.activities.map((activity) => (
              <ActivityRow key={activity.id} activity={activity} elapsed={elapsed} act={props.act} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function ActivityRow({
  activity,
  elapsed,
  act,
}: {
  readonly activity: ActivityStatus;
  readonly elapsed: number;
  readonly act: Act;
}) {
  const { columns, running, waiting, untilStopped } = TEXTS.overview;
  const name = activityName(activity);
  return (
    <tr className={activity.running ? 'running' : undefined}>
      <th scope="row" data-label={columns.profile}>
        <span className={activity.running ? 'badge on' : 'badge'}>
          {activity.running ? running : waiting}
        </span>{' '}
        {name}
        <span className="hint block">{activity.cause}</span>
      </th>
      <td data-label={columns.pattern}>{activity.pattern}</td>
      <td data-label={columns.priority} className="number">
        {activity.priority}
      </td>
      <td data-label={columns.timeLeft}>
        {activity.secondsLeft === undefined ? untilStopped : durationText(activity.secondsLeft - elapsed)}
      </td>
      <td className="action">
        {!isDevicesOwn(activity) && (
          <button
            type="button"
            aria-label={TEXTS.overview.stopOf(name)}
            onClick={() => act('DELETE', `/activities/${inPath(activity.id)}`)}
          >
            {TEXTS.overview.stop}
          </button>
        )}
      </td>
    </tr>
  );
}

/** Whole seconds since the list came, so that the time left goes on between two lists. */
function useSecondsSince(activities: readonly ActivityStatus[]): number {
  const now = useNow(activities.some((activity) => activity.secondsLeft !== undefined));
  const [received, setReceived] = useState({ activities, at: Date.now() });
  if (received.activities !== activities) setReceived({ activities, at: Date.now() });
  return Math.max(0, Math.floor((now - received.at) / 1_000));
}
