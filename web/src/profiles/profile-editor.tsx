import type { UiSchema } from '@rjsf/utils';
import { useMemo, useState } from 'react';
import type { Patterns, Profile } from '../../../src/control/page-data.js';
import { inPath, tell } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import { formSchema, knownOf } from '../forms/form-schema.js';
import { SchemaForm } from '../forms/schema-form.js';
import type { ApiSchemas } from '../settings/use-api-schemas.js';
import { useResource } from '../settings/use-resource.js';
import { TEXTS } from '../texts.js';
import { type ProfileDraft, profileSchema, settledDraft } from './profile-schema.js';

const HINTS: UiSchema = {
  light: {
    colors: { 'ui:options': { orderable: true } },
    allowFastFlashing: { 'ui:help': TEXTS.profiles.fastFlashing },
  },
};

/** Seconds that a preview is shown, unless it is stopped before. */
const PREVIEW_SECONDS = 30;

/** Makes or changes a profile: what is entered can be seen and heard before it is saved. */
export function ProfileEditor(props: {
  /** None makes a new one. */
  readonly profile: Profile | undefined;
  readonly schemas: ApiSchemas;
  readonly act: Act;
  readonly onClose: () => void;
}) {
  const { profile, schemas, act, onClose } = props;
  const { answer: patterns } = useResource<Patterns>('/patterns', 0);
  const given = schemas.bodyOf('POST', '/profiles');
  const [draft, setDraft] = useState<ProfileDraft>(() =>
    profile && given ? (knownOf(profile, given) as ProfileDraft) : {},
  );
  const schema = useMemo(
    () => given && patterns && formSchema(profileSchema(given, patterns, draft)),
    [given, patterns, draft],
  );
  if (!schema || !patterns) return <p className="empty">{TEXTS.settings.reading}</p>;
  const { light, siren } = draft as Partial<Profile>;
  const preview = (parts: object) => act('POST', '/preview', { ...parts, seconds: PREVIEW_SECONDS });
  return (
    <SchemaForm
      id="profile"
      schema={schema}
      value={draft}
      hints={HINTS}
      onChange={(value) => setDraft((before) => settledDraft(before, value as ProfileDraft, patterns))}
      onSubmit={async (value) => {
        if (profile) await tell('PUT', `/profiles/${inPath(profile.name)}`, value as object);
        else await tell('POST', '/profiles', value as object);
        act('DELETE', '/preview');
        onClose();
      }}
      onCancel={() => {
        act('DELETE', '/preview');
        onClose();
      }}
    >
      <span className="grow" />
      <button
        type="button"
        disabled={!light && !siren}
        onClick={() => preview({ ...(light && { light }), ...(siren && { siren }) })}
      >
        {TEXTS.profiles.preview}
      </button>
      <button type="button" disabled={!light} onClick={() => preview({ light })}>
        {TEXTS.profiles.previewLight}
      </button>
      <button type="button" disabled={!siren} onClick={() => preview({ siren })}>
        {TEXTS.profiles.previewSiren}
      </button>
      <button type="button" onClick={() => act('DELETE', '/preview')}>
        {TEXTS.profiles.stopPreview}
      </button>
    </SchemaForm>
  );
}
