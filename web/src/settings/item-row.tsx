import type { RecipientStatus, RuleStatus } from '../../../src/control/page-data.js';
import { DeleteButton } from '../forms/delete-button.js';
import { isOccurrences } from '../forms/occurrence-text.js';
import { OutcomeLines } from '../forms/outcome-lines.js';
import type { Outcome } from '../forms/use-performing.js';
import { TEXTS } from '../texts.js';
import { NextTimes } from './next-times.js';
import { RecipientPost } from './recipient-post.js';
import { RuleState } from './rule-state.js';
import type { ItemAction, ListSection } from './section.js';
import { StateBadge } from './state-badge.js';

/** One entry of a list, as the API gives it. */
export type Item = Readonly<Record<string, unknown>>;

/** What tells one entry from another beside its name. */
const DETAILS = [
  'kind',
  'id',
  'description',
  'sequence',
  'address',
  'source',
  'userId',
  'registrar',
] as const;

/** One entry with how it does, and what can be done with it. */
export function ItemRow(props: {
  readonly item: Item;
  readonly section: ListSection;
  readonly itemKey: string;
  readonly outcome: Outcome | undefined;
  readonly onEdit: (() => void) | undefined;
  readonly onCopy: (() => void) | undefined;
  readonly onAct: (action: ItemAction) => void;
  readonly onDelete: () => void;
  /** Something became otherwise. */
  readonly onDone: () => void;
}) {
  const { item, section, itemKey, outcome, onEdit, onCopy, onAct, onDelete, onDone } = props;
  const { actions = [], fixedAt, isCopied, isSwitched } = section;
  const texts = TEXTS.settings;
  const name = nameOf(item, section, itemKey);
  const state = isSwitched ? switchStateOf(item) : stateOf(item);
  const isLasting = item['isLasting'] === true;
  return (
    <li>
      <span className="grow">
        <strong>{name}</strong>
        {state !== undefined && <StateBadge {...state} />}
        <span className="hint block">{detailOf(item)}</span>
        {isOccurrences(item) && <NextTimes times={item} />}
        {section.id === 'recipients' && (
          <RecipientPost id={itemKey} status={item['status'] as RecipientStatus} onDone={onDone} />
        )}
        {section.id === 'rules' && item['status'] !== undefined && (
          <RuleState status={item['status'] as RuleStatus} />
        )}
        <OutcomeLines outcome={outcome} />
      </span>
      {actions.filter(isFor(item)).map((action) => (
        <button
          key={action.title}
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
      {onCopy && isCopied && !isLasting && (
        <button type="button" aria-label={texts.of(texts.copy, name)} onClick={onCopy}>
          {texts.copy}
        </button>
      )}
      {!isLasting && fixedAt === undefined && <DeleteButton name={name} onDelete={onDelete} />}
    </li>
  );
}

/** Whether an action is one for this entry. */
function isFor(item: Item): (action: ItemAction) => boolean {
  return ({ only = {} }) => Object.entries(only).every(([field, value]) => item[field] === value);
}

function nameOf({ name }: Item, { fixedAt }: ListSection, key: string): string {
  if (typeof name === 'string' && name !== '') return fixedAt === undefined ? name : `${key} ${name}`;
  return fixedAt === undefined ? key : TEXTS.inputs.virtual(Number(key));
}

/** In one line what an entry is: its short texts and numbers. */
function detailOf(item: Item): string {
  return DETAILS.map((field) => item[field])
    .filter((value): value is string => typeof value === 'string' && value !== '')
    .join(' · ');
}

type State = { readonly state: string; readonly error?: string | undefined };

/** How an entry does, where the device tells: `{ status: { state, error } }`, or turned off. */
function stateOf(item: Item): State | undefined {
  const { status, enabled, active } = item;
  if (enabled === false || active === false) return { state: TEXTS.settings.off };
  if (typeof status !== 'object' || status === null) return undefined;
  if ('active' in status && status.active === true) return { state: TEXTS.settings.active };
  if (!('state' in status)) return undefined;
  const { state, error } = status as { readonly state: unknown; readonly error?: unknown };
  return { state: String(state), error: typeof error === 'string' ? error : undefined };
}

function switchStateOf({ active }: Item): State | undefined {
  return active === true ? { state: TEXTS.settings.on } : undefined;
}
