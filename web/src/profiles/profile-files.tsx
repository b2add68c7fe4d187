import { useState } from 'react';
import type { Act } from '../api/use-act.js';
import { TEXTS } from '../texts.js';

const MODES = ['add', 'overwrite', 'deleteAndAdd'] as const;

type Mode = (typeof MODES)[number];

/** Takes all profiles to a file and brings profiles from one. */
export function ProfileFiles({ act }: { readonly act: Act }) {
  const [mode, setMode] = useState<Mode>('add');
  const [file, setFile] = useState<File>();
  const texts = TEXTS.profiles.files;
  const importFile = async (chosen: File) => {
    // What is no JSON goes as it is, and the device says what is wrong with it.
    const text = await chosen.text();
    act('POST', `/profile-import?mode=${mode}`, text);
  };
  return (
    <div className="files">
      <a href="/api/v1/profile-export" download="profiles.json">
        {texts.exportAll}
      </a>
      <details>
        <summary>{texts.import}</summary>
        <label className="block">
          {texts.file}{' '}
          <input
            type="file"
            accept="application/json,.json"
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </label>
        <label className="block">
          {texts.mode}{' '}
          <select value={mode} onChange={(event) => setMode(event.target.value as Mode)}>
            {MODES.map((one) => (
              <option key={one} value={one}>
                {texts.modes[one]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={!file} onClick={() => file && void importFile(file)}>
          {texts.save}
        </button>
      </details>
    </div>
  );
}
