import { useMemo, useState } from 'react';
import { inPath, tell } from '../api/device-api.js';
import { DeleteButton } from '../forms/delete-button.js';
import { formSchema, knownOf } from '../forms/form-schema.js';
import { SchemaForm } from '../forms/schema-form.js';
import { TEXTS } from '../texts.js';
import { FileUpload } from './file-upload.js';
import { OutcomeLines } from './outcome-lines.js';
import type { ItemAction, ListSection } from './section.js';
import type { ApiSchemas } from './use-api-schemas.js';
import { type Outcome, usePerforming } from './use-performing.js';
import { useSuggestions } from './use-suggestions.js';
import { useResource } from './use-resource.js';

type Item = Readonly<Record<string, unknown>>;
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
  const [edited, setEdited] = useState<Edited>();
  const { outcome, perform } = usePerforming(reload);
  const texts = TEXTS.settings;
  const given = schemas.bodyOf('POST', section.path);
  const suggestions = useSuggestions(schemas, changes);
  const shown = useMemo(() => given && formSchema(given, suggestions), [given, suggestions]);
  const items = itemsOf(answer, section);

  const save = async (value: unknown) => {
    if (edited?.key === undefined) await tell('POST', section.path, value as object);
    else await tell('PUT', `${section.path}/${inPath(edited.key)}`, value as object);
    setEdited(undefined);
    reload();
  };

  return (
    <section className="panel" aria-labelledby={`${section.id}-title`}>
      <div className="panel-head">
        <h2 id={`${section.id}-title`}>{section.title}</h2>
        {shown && edited === undefined && (
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
        />
      )}
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
                />
              </li>
            );
          }
          return (
            <ItemRow
              key={key}
              item={item}
              name={nameOf(item, key)}
              actions={section.actions ?? []}
              outcome={outcome?.key === key ? outcome : undefined}
              onEdit={given && (() => setEdited({ key, value: knownOf(item, given) }))}
              onAct={({ path }) =>
                void perform(key, () => tell('POST', `${section.path}/${inPath(key)}${path}`))
              }
              onDelete={() => void perform(key, () => tell('DELETE', `${section.path}/${inPath(key)}`))}
            />
          );
        })}
      </ul>
    </section>
  );
}

function ItemRow(props: {
  readonly item: Item;
  readonly name: string;
  readonly actions: readonly ItemAction[];
  readonly outcome: Outcome | undefined;
  readonly onEdit: (() => void) | undefined;
  readonly onAct: (action: ItemAction) => void;
  readonly onDelete: () => void;
}) {
  const { item, name, actions, outcome, onEdit, onAct, onDelete } = props;
  const texts = TEXTS.settings;
  const state = stateOf(item);
  const isLasting = item['isLasting'] === true;
  return (
    <li>
      <span className="grow">
        <strong>{name}</strong>
        {state !== undefined && <span className={`badge ${state.className}`}>{state.text}</span>}
        <span className="hint block">{detailOf(item)}</span>
        <OutcomeLines outcome={outcome} />
      </span>
      {actions.map((action) => (
        <button
          key={action.path}
          type="button"
          aria-label={texts.of(action.title, name)}
          onClick={() => onAct(action)}
        >
          {action.title}
        </button>
      ))}
      {onEdit && !isLasting && (
        <button type="button" aria-label={texts.of(texts.edit, name)} onClick={onEdit}>
          {texts.edit}
        </button>
      )}
      {!isLasting && <DeleteButton name={name} onDelete={onDelete} />}
    </li>
  );
}

function itemsOf(answer: unknown, { within }: ListSection): readonly Item[] {
  const list =
    within !== undefined && typeof answer === 'object' && answer !== null
      ? (answer as Readonly<Record<string, unknown>>)[within]
      : answer;
  return Array.isArray(list) ? (list as Item[]) : [];
}

/** Rules that came without an id go by their name. */
function keyOf(item: Item, { key }: ListSection): string {
  const { [key]: id = item['name'] } = item;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

function nameOf(item: Item, key: string): string {
  const { name } = item as { readonly name?: unknown };
  return typeof name === 'string' && name !== '' ? name : key;
}

/** In one line what an entry is: its short texts and numbers. */
function detailOf(item: Item): string {
  return ['kind', 'id', 'description', 'sequence', 'address', 'source', 'userId', 'registrar']
    .map((field) => item[field])
    .filter((value): value is string => typeof value === 'string' && value !== '')
    .join(' · ');
}

/** How an entry does, where the device tells: `{ status: { state, error } }`, or turned off. */
function stateOf(item: Item): { readonly text: string; readonly className: string } | undefined {
  const { status } = item as { readonly status?: unknown };
  if (typeof status === 'object' && status !== null && 'state' in status) {
    const { state, error } = status as { readonly state: unknown; readonly error?: unknown };
    const text = typeof error === 'string' ? `${String(state)}: ${error}` : String(state);
    return { text, className: state === 'ok' ? 'good' : state === 'failing' ? 'bad' : '' };
  }
  const isOff = item['enabled'] === false || item['active'] === false;
  return isOff ? { text: TEXTS.settings.off, className: '' } : undefined;
}
