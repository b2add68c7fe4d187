import { useState } from 'react';
import { sendFile } from '../api/device-api.js';
import { OutcomeLines } from '../forms/outcome-lines.js';
import { usePerforming } from '../forms/use-performing.js';
import { TEXTS } from '../texts.js';

const PATH = '/schedules.ics';

/** Takes all schedules to an iCalendar file and brings schedules from one. */
export function CalendarFiles({ onDone }: { readonly onDone: () => void }) {
  const [file, setFile] = useState<File>();
  const [isOverwriting, setOverwriting] = useState(false);
  const [zone, setZone] = useState('');
  const { outcome, perform } = usePerforming(onDone);
  const texts = TEXTS.settings.calendar;
  const importFile = (chosen: File) => {
    const query = new URLSearchParams({
      mode: isOverwriting ? 'overwrite' : 'add',
      ...(zone.trim() !== '' && { timeZone: zone.trim() }),
    });
    const target = { method: 'POST', type: 'text/calendar' } as const;
    void perform(PATH, () => sendFile(`${PATH}?${query.toString()}`, chosen, target));
  };
  return (
    <div className="files">
      <a href={`/api/v1${PATH}`} download="schedules.ics">
        {texts.exportAll}
      </a>
      <details>
        <summary>{texts.import}</summary>
        <label className="block">
          {texts.file}{' '}
          <input
            type="file"
            accept="text/calendar,.ics"
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </label>
        <label className="block">
          <input
            type="checkbox"
            checked={isOverwriting}
            onChange={(event) => setOverwriting(event.target.checked)}
          />{' '}
          {texts.overwrite}
        </label>
        <label className="block">
          {texts.zone}{' '}
          <input
            value={zone}
            placeholder="Europe/Stockholm"
            onChange={(event) => setZone(event.target.value)}
          />
        </label>
        <button type="button" disabled={!file} onClick={() => file && importFile(file)}>
          {texts.save}
        </button>
        <OutcomeLines outcome={outcome} />
      </details>
    </div>
  );
}
