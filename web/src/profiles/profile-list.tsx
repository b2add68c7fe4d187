import type { LightView, Profile, StatusView } from '../../../src/control/page-data.js';
import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import { durationText } from '../status/duration-text.js';
import { TEXTS } from '../texts.js';
import { ProfileFiles } from './profile-files.js';

/** Every profile, to start and stop by hand. */
export function ProfileList(props: {
  readonly profiles: readonly Profile[];
  readonly light: LightView | undefined;
  readonly status: StatusView | undefined;
  readonly act: Act;
}) {
  const there = new Set<string | undefined>(
    [...(props.status?.light ?? []), ...(props.status?.siren ?? [])].map((activity) => activity.profile),
  );
  const warnings = new Map(props.light?.warnings.map(({ profile, message }) => [profile, message]));
  return (
    <section className="panel" aria-labelledby="profiles-title">
      <h2 id="profiles-title">{TEXTS.profiles.title}</h2>
      {props.profiles.length === 0 && <p className="empty">{TEXTS.profiles.empty}</p>}
      <ul className="rows">
        {props.profiles.map((profile) => (
          <li key={profile.name}>
            <span className="grow">
              <strong>{profile.name}</strong>
              <span className="hint block">{summaryOf(profile)}</span>
              {warnings.has(profile.name) && <span className="caution">{warnings.get(profile.name)}</span>}
            </span>
            <button
              type="button"
              aria-label={TEXTS.profiles.previewOf(profile.name)}
              onClick={() => props.act('POST', '/preview', previewOf(profile))}
            >
              {TEXTS.profiles.preview}
            </button>
            <button
              type="button"
              aria-label={TEXTS.profiles.startOf(profile.name)}
              onClick={() => props.act('POST', `/profiles/${inPath(profile.name)}/start`)}
            >
              {TEXTS.profiles.start}
            </button>
            <button
              type="button"
              disabled={!there.has(profile.name)}
              aria-label={TEXTS.profiles.stopOf(profile.name)}
              onClick={() => props.act('POST', `/profiles/${inPath(profile.name)}/stop`)}
            >
              {TEXTS.profiles.stop}
            </button>
          </li>
        ))}
      </ul>
      <ProfileFiles act={props.act} />
    </section>
  );
}

/** A look at it, to be ended in the status lists or by its time. */
function previewOf({ light, siren }: Profile) {
  return { ...(light && { light }), ...(siren && { siren }), seconds: 10 };
}

function summaryOf({ light, siren, duration, priority }: Profile): string {
  const patterns = [light?.pattern, siren?.pattern].filter((pattern) => pattern !== undefined);
  return [...patterns, durationOf(duration), TEXTS.profiles.priority(priority)].join(' · ');
}

function durationOf(duration: Profile['duration']): string {
  switch (duration.unit) {
    case 'continuous':
      return TEXTS.profiles.continuous;
    case 'time':
      return duration.seconds < 60
        ? TEXTS.profiles.seconds(duration.seconds)
        : TEXTS.profiles.minutes(durationText(duration.seconds));
    case 'repetitions':
      return TEXTS.profiles.repetitions(duration.count);
  }
}
