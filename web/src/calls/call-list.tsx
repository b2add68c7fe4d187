import type { CallStatus, Explanation } from '../../../src/control/page-data.js';
import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import { addressBesideName, callTitle, lineText } from './call-text.js';
import { Decisions } from './decisions.js';
import { durationText } from '../status/duration-text.js';
import { useNow } from '../status/use-now.js';
import { TEXTS } from '../texts.js';

const SHOWN_CALLS = 20;

/** Calls in progress and the last ended ones, each with what was decided about it and why. */
export function CallList(props: {
  readonly calls: readonly CallStatus[];
  readonly decisions: readonly Explanation[];
  readonly act: Act;
}) {
  const now = useNow(props.calls.some((call) => call.state !== 'Idle'));
  return (
    <section className="panel" aria-labelledby="calls-title">
      <h2 id="calls-title">{TEXTS.calls.title}</h2>
      {props.calls.length === 0 ? (
        <p className="empty">{TEXTS.calls.empty}</p>
      ) : (
        <ul className="calls">
          {props.calls.slice(0, SHOWN_CALLS).map((call) => (
            <CallItem
              key={call.callId}
              call={call}
              decisions={props.decisions.filter((decision) => decision.callId === call.callId)}
              now={now}
              act={props.act}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function CallItem({
  call,
  decisions,
  now,
  act,
}: {
  readonly call: CallStatus;
  readonly decisions: readonly Explanation[];
  readonly now: number;
  readonly act: Act;
}) {
  const { calls } = TEXTS;
  const isLive = call.state !== 'Idle';
  const since = call.answeredAt ?? call.startedAt;
  return (
    <li className={isLive ? 'call live' : 'call'} data-state={call.state}>
      <div className="call-head">
        <span className={isLive ? 'badge on' : 'badge'}>
          {isLive ? calls.states[call.state] : endText(call)}
        </span>
        <span className="parties">
          {callTitle(call)}
          <span className="hint address block">{addressBesideName(call)}</span>
        </span>
        <time className="hint" dateTime={new Date(call.startedAt).toISOString()}>
          {new Date(call.startedAt).toLocaleTimeString()}
        </time>
        {(isLive || call.answeredAt !== undefined) && (
          <span className="duration" title={calls.columns.duration}>
            {durationText(((call.endedAt ?? now) - since) / 1_000)}
          </span>
        )}
        <span className="actions">
          {call.state === 'Ringing' && call.direction === 'Incoming' && (
            <button
              type="button"
              className="primary"
              onClick={() => act('POST', `/calls/${inPath(call.callId)}/answer`)}
            >
              {calls.answer}
            </button>
          )}
          {isLive && (
            <button type="button" onClick={() => act('DELETE', `/calls/${inPath(call.callId)}`)}>
              {calls.hangUp}
            </button>
          )}
        </span>
      </div>
      {isLive && <p className="hint">{lineText(call)}</p>}
      {call.detail !== undefined && <p className="detail">{call.detail}</p>}
      {call.digits !== '' && <p className="detail">{calls.digits(call.digits)}</p>}
      <Decisions call={call} decisions={decisions} />
    </li>
  );
}

function endText(call: CallStatus): string {
  return call.reason ? TEXTS.calls.reasons[call.reason] : TEXTS.calls.states.Idle;
}
