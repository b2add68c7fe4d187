import type { LightView, Profile, StatusView } from '../../../src/control/page-data.js';
import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import { durationText } from '../status/duration-text.js';
import { TEXTS } from '../texts.js';
import { DeleteButton } from '../forms/delete-button.js';
import { ProfileFiles } from './profile-files.js';

/** What can be done with profiles where they are managed. */
interface Management {
  readonly onNew: () => void;
  readonly onEdit: (profile: Profile) => void;
  readonly onCopy: (profile: Profile) => void;
  readonly onDelete: (profile: Profile) => void;
}

/** Every profile, to start and stop by hand; where they are managed also to make, change, copy and delete. */
export function ProfileList(props: {
  readonly profiles: readonly Profile[];
  readonly light: LightView | undefined;
  readonly status: StatusView | undefined;
  readonly act: Act;
  readonly manage?: Management;
}) {
  const there = new Set<string | undefined>(
    [...(props.status?.light ?? []), ...(props.status?.siren ?? [])].map((activity) => activity.profile),
  );
  const warnings = new Map(props.light?.warnings.map(({ profile, message }) => [profile, message]));
  return (
    <section className="panel" aria-labelledby="profiles-title">
      <div className="panel-head">
        <h2 id="profiles-title">{TEXTS.profiles.title}</h2>
        {props.manage && (
          <button type="button" className="primary" onClick={props.manage.onNew}>
            {TEXTS.profiles.new}
          </button>
        )}
      </div>
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
            {props.manage && <ManageButtons profile={profile} manage={props.manage} />}
          </li>
        ))}
      </ul>
      <ProfileFiles act={props.act} />
    </section>
  );
}

function ManageButtons({ profile, manage }: { readonly profile: Profile; readonly manage: Management }) {
  const { edit, editOf, copy, copyOf } = TEXTS.profiles;
  const { name } = profile;
  return (
    <>
      <button type="button" aria-label={editOf(name)} onClick={() => manage.onEdit(profile)}>
        {edit}
      </button>
      <button type="button" aria-label={copyOf(name)} onClick={() => manage.onCopy(profile)}>
        {copy}
      </button>
      <DeleteButton name={name} onDelete={() => manage.onDelete(profile)} />
    </>
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
