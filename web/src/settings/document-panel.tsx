import { useMemo, useState } from 'react';
import { tell } from '../api/device-api.js';
import { formSchema, knownOf } from '../forms/form-schema.js';
import { SchemaForm } from '../forms/schema-form.js';
import { TEXTS } from '../texts.js';
import { OutcomeLines } from '../forms/outcome-lines.js';
import { BrokerState, type BrokerStatus } from './broker-state.js';
import type { DocumentSection } from './section.js';
import type { ApiSchemas } from './use-api-schemas.js';
import { usePerforming } from '../forms/use-performing.js';
import { useSuggestions } from './use-suggestions.js';
import { useResource } from './use-resource.js';

/** Settings that are there once, as one form. What somebody else changes meanwhile is not lost: it is shown first. */
export function DocumentPanel({
  section,
  schemas,
  changes,
}: {
  readonly section: DocumentSection;
  readonly schemas: ApiSchemas;
  readonly changes: number;
}) {
  const { answer, isFailed, reload } = useResource<Readonly<Record<string, unknown>>>(section.path, changes);
  const [edited, setEdited] = useState<unknown>();
  const [isSaved, setSaved] = useState(false);
  const { outcome, perform } = usePerforming(reload);
  const given = schemas.bodyOf(section.method, section.path);
  const suggestions = useSuggestions(schemas, changes);
  const shown = useMemo(() => given && formSchema(given, suggestions), [given, suggestions]);
  const stored = answer && given && knownOf(section.within ? answer[section.within] : answer, given);
  return (
    <section className="panel" aria-labelledby={`${section.id}-title`}>
      <h2 id={`${section.id}-title`}>{section.title}</h2>
      {isFailed && <p className="refusal">{TEXTS.settings.unreadable}</p>}
      {section.id === 'mqtt' && answer && <BrokerState status={answer['status'] as BrokerStatus} />}
      {isSaved && (
        <p className="hint" role="status">
          {TEXTS.settings.saved}
        </p>
      )}
      {shown && stored !== undefined && (
        <SchemaForm
          id={section.id}
          schema={shown}
          value={edited ?? stored}
          onChange={(value) => {
            setSaved(false);
            setEdited(value);
          }}
          onSubmit={async (value) => {
            await tell(section.method, section.path, value as object);
            setEdited(undefined);
            setSaved(true);
            reload();
          }}
          onCancel={() => setEdited(undefined)}
          trials={(section.trials ?? []).map(({ title, path }) => ({
            title,
            act: (value) => tell('POST', path, value as object),
          }))}
        >
          {section.actions?.map(({ title, path }) => (
            <button
              key={path}
              type="button"
              onClick={() => void perform(path, () => tell('POST', `${section.path}${path}`))}
            >
              {title}
            </button>
          ))}
        </SchemaForm>
      )}
      <OutcomeLines outcome={outcome} />
    </section>
  );
}
