import Form, { type IChangeEvent } from '@rjsf/core';
import { mergeObjects, type RJSFSchema, type UiSchema } from '@rjsf/utils';
import { useMemo, useState } from 'react';
import { type FieldProblem, Refusal } from '../api/device-api.js';
import { TEXTS } from '../texts.js';
import { withNewParts, withoutAbsentParts } from './absent-parts.js';
import { fieldHints } from './field-hints.js';
import { FORM_BUTTONS, FormChoice, FormListItem, FormOptionalPart } from './form-buttons.js';
import { FORM_VALIDATOR } from './form-validator.js';
import { OutcomeLines } from './outcome-lines.js';
import { problemsAtFields } from './problems-at-fields.js';
import { usePerforming } from './use-performing.js';

const TEMPLATES = {
  ButtonTemplates: FORM_BUTTONS,
  ArrayFieldItemTemplate: FormListItem,
  MultiSchemaFieldTemplate: FormChoice,
  OptionalDataControlsTemplate: FormOptionalPart,
};

/** What can be tried with what is entered, before it is saved. */
export type FormTrial = {
  readonly title: string;
  /** Gives what came of it; a Refusal that it throws is shown at the fields. */
  readonly act: (value: unknown) => Promise<unknown>;
};

export type SchemaFormProps = {
  /** Names the fields; no two forms on the page have the same. */
  readonly id: string;
  /** As `formSchema` gives it. */
  readonly schema: RJSFSchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Saves; a Refusal that it throws is shown at the fields. */
  readonly onSubmit: (value: unknown) => Promise<void>;
  readonly onCancel: () => void;
  /** How fields are entered, where it is not as their schema suggests. */
  readonly hints?: UiSchema;
  readonly trials?: readonly FormTrial[];
  /** More buttons beside Save. */
  readonly children?: React.ReactNode;
};

/** A form made of a schema. The device judges what is entered, and its words stand at the fields. */
export function SchemaForm({
  id,
  schema,
  value,
  onChange,
  onSubmit,
  onCancel,
  hints,
  trials = [],
  children,
}: SchemaFormProps) {
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [refusal, setRefusal] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const uiSchema = useMemo<UiSchema>(
    () => mergeObjects(fieldHints(schema), hints ?? {}) as UiSchema,
    [schema, hints],
  );
  const shown = useMemo(() => withoutAbsentParts(schema, value), [schema, value]);
  const errors = useMemo(() => problemsAtFields(problems), [problems]);
  const { outcome, perform } = usePerforming(ignore);
  const tryOut = ({ title, act }: FormTrial) => {
    setProblems([]);
    void perform(title, async () => {
      try {
        return await act(value);
      } catch (error) {
        if (error instanceof Refusal) setProblems(error.problems);
        throw error;
      }
    });
  };
  const submit = async () => {
    setSaving(true);
    setRefusal(undefined);
    setProblems([]);
    try {
      await onSubmit(value);
    } catch (error) {
      setRefusal(error instanceof Refusal ? error.message : TEXTS.noAnswer);
      if (error instanceof Refusal) setProblems(error.problems);
    } finally {
      setSaving(false);
    }
  };
  return (
    <Form
      idPrefix={id}
      className="form"
      schema={shown}
      uiSchema={uiSchema}
      formData={value}
      validator={FORM_VALIDATOR}
      templates={TEMPLATES}
      extraErrors={errors}
      showErrorList={false}
      noHtml5Validate
      onChange={({ formData }: IChangeEvent) => onChange(withNewParts(schema, value, formData))}
      onSubmit={() => void submit()}
    >
      {refusal !== undefined && (
        <p className="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div className="buttons">
        <button type="submit" className="primary" disabled={isSaving}>
          {TEXTS.forms.save}
        </button>
        <button type="button" onClick={onCancel}>
          {TEXTS.forms.cancel}
        </button>
        {trials.map((trial) => (
          <button key={trial.title} type="button" onClick={() => tryOut(trial)}>
            {trial.title}
          </button>
        ))}
        {children}
      </div>
      <OutcomeLines outcome={outcome} />
    </Form>
  );
}

function ignore(): void {
  // What was tried changes nothing that the form shows.
}
