import type { RJSFSchema } from '@rjsf/utils';
import { useCallback, useMemo, useState } from 'react';
import { inPath, tell } from '../api/device-api.js';
import { formSchema, knownOf } from '../forms/form-schema.js';
import { SchemaForm } from '../forms/schema-form.js';
import { TEXTS } from '../texts.js';
import { CalendarFiles } from './calendar-files.js';
import { FileUpload } from './file-upload.js';
import { type Item, ItemRow } from './item-row.js';
import type { ListSection } from './section.js';
import type { ApiSchemas } from './use-api-schemas.js';
import { usePerforming } from '../forms/use-performing.js';
import { useSuggestions } from './use-suggestions.js';
import { useResource } from './use-resource.js';

/** What the form is open for: a new entry, or the one of a key. */
type Edited = { readonly key: string | undefined; readonly value: unknown };

/** A list of what is configured: each entry can be added, changed, deleted and tried. */
export function ListPanel({
  section,
  schemas,
  changes,
}: {
  readonly section: ListSection;
  readonly schemas: ApiSchemas;
  readonly changes: number;
}) {
  const { answer, isFailed, reload } = useResource<unknown>(section.listPath ?? section.path, changes);
  const { answer: statuses, reload: reloadStatuses } = useResource<readonly Item[]>(
    section.statusPath,
    changes,
  );
  const [edited, setEdited] = useState<Edited>();
  const done = useCallback(() => {
    reload();
    reloadStatuses();
  }, [reload, reloadStatuses]);
  const { outcome, perform } = usePerforming(done);
  const texts = TEXTS.settings;
  const given =
    section.fixedAt === undefined
      ? schemas.bodyOf('POST', section.path)
      : schemas.bodyOf('PATCH', section.fixedAt);
  const suggestions = useSuggestions(schemas, changes);
  const shown = useMemo(() => given && formSchema(given, suggestions), [given, suggestions]);
  const items = itemsOf(answer, section);

  const save = async (value: unknown) => {
    if (edited?.key === undefined) await tell('POST', section.path, value as object);
    else {
      const method = section.fixedAt === undefined ? 'PUT' : 'PATCH';
      await tell(method, `${section.path}/${inPath(edited.key)}`, value as object);
    }
    setEdited(undefined);
    done();
  };

  const trials = (section.trials ?? []).map(({ title, path }) => ({
    title,
    act: (value: unknown) => tell('POST', path, value as object),
  }));

  return (
    <section className="panel" aria-labelledby={`${section.id}-title`}>
      <div className="panel-head">
        <h2 id={`${section.id}-title`}>{section.title}</h2>
        {shown && edited === undefined && section.fixedAt === undefined && (
          <button
            type="button"
            className="primary"
            onClick={() => setEdited({ key: undefined, value: undefined })}
          >
            {texts.add}
          </button>
        )}
      </div>
      {isFailed && <p className="refusal">{texts.unreadable}</p>}
      {shown && edited && edited.key === undefined && (
        <SchemaForm
          id={section.id}
          schema={shown}
          value={edited.value}
          onChange={(value) => setEdited({ key: undefined, value })}
          onSubmit={save}
          onCancel={() => setEdited(undefined)}
          trials={trials}
        />
      )}
      {section.id === 'schedules' && <CalendarFiles onDone={reload} />}
      {section.isUploaded && <FileUpload path={section.path} onDone={reload} />}
      {items.length === 0 && answer !== undefined && <p className="empty">{texts.empty}</p>}
      <ul className="rows">
        {items.map((item) => {
          const key = keyOf(item, section);
          if (shown && edited?.key === key) {
            return (
              <li key={key} className="open">
                <SchemaForm
                  id={section.id}
                  schema={shown}
                  value={edited.value}
                  onChange={(value) => setEdited({ key, value })}
                  onSubmit={save}
                  onCancel={() => setEdited(undefined)}
                  trials={trials}
                />
              </li>
            );
          }
          return (
            <ItemRow
              key={key}
              item={withStatus(item, key, statuses)}
              section={section}
              itemKey={key}
              outcome={outcome?.key === key ? outcome : undefined}
              onEdit={given && (() => setEdited({ key, value: knownOf(item, given) }))}
              onCopy={given && (() => setEdited({ key: undefined, value: copyOf(item, given) }))}
              onAct={({ path, method = 'POST', body }) =>
                void perform(key, () => tell(method, `${section.path}/${inPath(key)}${path}`, body))
              }
              onDelete={() => void perform(key, () => tell('DELETE', `${section.path}/${inPath(key)}`))}
              onDone={done}
            />
          );
        })}
      </ul>
    </section>
  );
}

function itemsOf(answer: unknown, { within }: ListSection): readonly Item[] {
  const list =
    within !== undefined && typeof answer === 'object' && answer !== null
      ? (answer as Readonly<Record<string, unknown>>)[within]
      : answer;
  return Array.isArray(list) ? (list as Item[]) : [];
}

/** An entry with how it does, where that is told elsewhere. */
function withStatus(item: Item, key: string, statuses: readonly Item[] | undefined): Item {
  const status = statuses?.find(({ id }) => id === key);
  return status === undefined ? item : { ...item, status };
}

/** Rules that came without an id go by their name. */
function keyOf(item: Item, { key }: ListSection): string {
  const { [key]: id = item['name'] } = item;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

/** A new entry like another one; the device gives it an id. */
function copyOf(item: Item, schema: RJSFSchema): unknown {
  const { id: _id, ...copy } = knownOf(item, schema) as Item;
  const { name } = copy;
  return typeof name === 'string' ? { ...copy, name: TEXTS.settings.copyOf(name) } : copy;
}
