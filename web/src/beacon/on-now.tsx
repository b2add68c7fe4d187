import type { ActivityStatus, CallStatus } from '../../../src/control/page-data.js';
import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import type { Device } from '../api/use-device.js';
import { callText } from '../calls/call-text.js';
import { activityName as nameOf } from '../status/activity-name.js';
import { durationText } from '../status/duration-text.js';
import { useNow } from '../status/use-now.js';
import { TEXTS } from '../texts.js';

/** What is on now, since when, and why, to be read from across the room. */
export function OnNow(props: {
  readonly light: ActivityStatus | undefined;
  readonly siren: ActivityStatus | undefined;
  readonly device: Device;
  readonly act: Act;
}) {
  const { light, siren, device, act } = props;
  const main = light ?? siren;
  const now = useNow(main !== undefined);
  if (!main) return <Quiet device={device} />;
  const call = callBehind(main, device);
  const waiting = waitingBehind(device);
  const { profile } = main;
  return (
    <>
      <p className="eyebrow">{device.connection === 'lost' ? TEXTS.now.lastKnown : TEXTS.now.on}</p>
      <h2 id="now-title" data-testid="now">
        {nameOf(main)}
      </h2>
      <p className="lead">
        {TEXTS.now.since(new Date(main.startedAt).toLocaleTimeString())}
        {' · '}
        <span className="duration" data-testid="elapsed">
          {durationText((now - main.startedAt) / 1_000)}
        </span>
      </p>
      <p className="why">
        {TEXTS.now.because} {main.cause}
        {call && <span className="block">{callText(call)}</span>}
      </p>
      <dl className="facts">
        <Fact name={TEXTS.now.light} value={light ? patternOf(light, main) : TEXTS.now.off} />
        <Fact name={TEXTS.now.siren} value={siren ? patternOf(siren, main) : TEXTS.now.off} />
        <Fact name={TEXTS.overview.columns.priority} value={String(main.priority)} />
        {waiting.length > 0 && <Fact name={TEXTS.overview.waiting} value={waiting.join(', ')} />}
      </dl>
      {profile !== undefined && (
        <button
          type="button"
          className="danger"
          onClick={() => act('POST', `/profiles/${inPath(profile)}/stop`)}
        >
          {TEXTS.overview.stopOf(profile)}
        </button>
      )}
    </>
  );
}

function Quiet({ device }: { readonly device: Device }) {
  const last = device.calls[0];
  return (
    <>
      <p className="eyebrow">{device.connection === 'lost' ? TEXTS.now.lastKnown : TEXTS.now.quiet}</p>
      <h2 id="now-title" data-testid="now">
        {device.status === undefined ? TEXTS.connections[device.connection] : TEXTS.alarm.none}
      </h2>
      <p className="why">
        {last &&
          TEXTS.now.lastCall(callText(last), new Date(last.endedAt ?? last.startedAt).toLocaleString())}
      </p>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The pattern, and whose it is where that is another profile than the one above. */
function patternOf(activity: ActivityStatus, main: ActivityStatus): string {
  return nameOf(activity) === nameOf(main)
    ? activity.pattern
    : `${activity.pattern} (${nameOf(activity)}, ${activity.priority})`;
}

/** The call because of which a rule started the activity, where it is a rule that did. */
function callBehind(activity: ActivityStatus, { decisions, calls }: Device): CallStatus | undefined {
  const decision = decisions.find(({ intents }) =>
    intents.some((intent) => intent.kind === 'siren.start' && activity.owners.includes(intent.owner)),
  );
  return calls.find((call) => call.callId === decision?.callId);
}

function waitingBehind({ status }: Device): readonly string[] {
  const waiting = [...(status?.light ?? []), ...(status?.siren ?? [])].filter((one) => !one.running);
  return [...new Set(waiting.map(nameOf))];
}
