import type { IconButtonProps } from '@rjsf/utils';
import type {
  ArrayFieldItemTemplateProps,
  MultiSchemaFieldTemplateProps,
  OptionalDataControlsTemplateProps,
} from '@rjsf/utils';
import { getTemplate } from '@rjsf/utils';
import { TEXTS } from '../texts.js';

const { buttons } = TEXTS.forms;

type ButtonProps = Pick<IconButtonProps, 'id' | 'onClick' | 'disabled'>;

/** A button of a form that says what it does: an icon alone is a riddle. */
function formButton(text: string, className = 'small') {
  return function FormButton({ id, onClick, disabled }: ButtonProps) {
    return (
      <button type="button" id={id} className={className} onClick={onClick} disabled={disabled}>
        {text}
      </button>
    );
  };
}

export const FORM_BUTTONS = {
  AddButton: formButton(buttons.add),
  CopyButton: formButton(buttons.copy),
  MoveDownButton: formButton(buttons.down),
  MoveUpButton: formButton(buttons.up),
  RemoveButton: formButton(buttons.remove),
  ClearButton: formButton(buttons.clear),
};

/** One entry of a list, with its buttons below it. */
export function FormListItem(props: ArrayFieldItemTemplateProps) {
  const { children, buttonsProps, hasToolbar, registry, uiSchema } = props;
  const Buttons = getTemplate<'ArrayFieldItemButtonsTemplate'>(
    'ArrayFieldItemButtonsTemplate',
    registry,
    uiSchema?.['ui:options'],
  );
  return (
    <div className="list-item">
      <div className="grow">{children}</div>
      {hasToolbar && (
        <div className="list-buttons">
          <Buttons {...buttonsProps} />
        </div>
      )}
    </div>
  );
}

/** Adds or takes away a part that need not be there, such as the siren of a profile. */
export function FormOptionalPart({
  id,
  label,
  onAddClick,
  onRemoveClick,
}: OptionalDataControlsTemplateProps) {
  if (!onAddClick && !onRemoveClick) return <em id={id}>{label}</em>;
  return (
    <button type="button" id={id} className="small" onClick={onAddClick ?? onRemoveClick}>
      {onAddClick ? buttons.addPart : buttons.removePart}
    </button>
  );
}

/** What kind of thing it is, and below it what that kind needs to know. */
export function FormChoice({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) {
  return (
    <div className="choice">
      {selector}
      {optionSchemaField}
    </div>
  );
}
