import { useId, useState } from 'react';
import { inPath, sendFile } from '../api/device-api.js';
import { TEXTS } from '../texts.js';
import { OutcomeLines } from '../forms/outcome-lines.js';
import { usePerforming } from '../forms/use-performing.js';

/** Puts a file below an address, under the name that a person gives it. */
export function FileUpload({ path, onDone }: { readonly path: string; readonly onDone: () => void }) {
  const id = useId();
  const [name, setName] = useState('');
  const [file, setFile] = useState<File>();
  const { outcome, perform } = usePerforming(onDone);
  const texts = TEXTS.settings;
  return (
    <details className="form">
      <summary>{texts.upload}</summary>
      <label className="control-label" htmlFor={`${id}-name`}>
        {texts.uploadName}
      </label>
      <input id={`${id}-name`} value={name} onChange={(event) => setName(event.target.value)} />
      <label className="control-label" htmlFor={`${id}-file`}>
        {texts.file}
      </label>
      <input id={`${id}-file`} type="file" onChange={(event) => setFile(event.target.files?.[0])} />
      <div className="buttons">
        <button
          type="button"
          className="primary"
          disabled={!file || name.trim() === ''}
          onClick={() => file && void perform(name, () => sendFile(`${path}/${inPath(name.trim())}`, file))}
        >
          {texts.uploadNow}
        </button>
      </div>
      <OutcomeLines outcome={outcome} />
    </details>
  );
}
