import { useState } from 'react';
import type { Profile } from '../../../src/control/page-data.js';
import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import type { Device } from '../api/use-device.js';
import { useApiSchemas } from '../settings/use-api-schemas.js';
import { TEXTS } from '../texts.js';
import { ProfileEditor } from './profile-editor.js';
import { ProfileList } from './profile-list.js';

/** What the editor is open for: a profile, or a new one. */
type Edited = { readonly profile: Profile | undefined };

/** Every profile with all that can be done with it. */
export function ProfilesPage({ device, act }: { readonly device: Device; readonly act: Act }) {
  const schemas = useApiSchemas();
  const [edited, setEdited] = useState<Edited>();
  return (
    <div className="settings wide">
      <ProfileList
        profiles={device.profiles}
        light={device.light}
        status={device.status}
        act={act}
        manage={{
          onNew: () => setEdited({ profile: undefined }),
          onEdit: (profile) => setEdited({ profile }),
          onCopy: ({ name }) =>
            act('POST', `/profiles/${inPath(name)}/copy`, { name: copyName(name, device.profiles) }),
          onDelete: ({ name }) => act('DELETE', `/profiles/${inPath(name)}`),
        }}
      />
      {edited && schemas && (
        <section className="panel" aria-labelledby="editor-title">
          <h2 id="editor-title">
            {edited.profile ? TEXTS.profiles.editOf(edited.profile.name) : TEXTS.profiles.new}
          </h2>
          <ProfileEditor
            key={edited.profile?.name ?? ''}
            profile={edited.profile}
            schemas={schemas}
            act={act}
            onClose={() => setEdited(undefined)}
          />
        </section>
      )}
    </div>
  );
}

/** A name for a copy that no profile has yet. */
function copyName(name: string, profiles: readonly Profile[]): string {
  const taken = new Set<string>(profiles.map((profile) => profile.name));
  for (let number = 2; ; number++) {
    const suffix = ` ${number}`;
    const fresh = name.slice(0, 50 - suffix.length) + suffix;
    if (!taken.has(fresh)) return fresh;
  }
}
