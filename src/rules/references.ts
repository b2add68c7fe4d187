import { actionKindOf } from './actions/index.js';
import { conditionKindOf } from './conditions/index.js';
import type { Reference, ReferenceTo } from './reference.js';
import type { Rule } from './rule.js';

/** A reference with its place in the rule: `conditions[0].account`. */
interface PlacedReference extends Reference {
  readonly path: string;
}

/** Everything that a rule names. */
export function referencesOf({
  conditions,
  actions,
}: Pick<Rule, 'conditions' | 'actions'>): PlacedReference[] {
  return [
    ...conditions.flatMap((condition, index) =>
      placed(conditionKindOf(condition).references(condition), `conditions[${index}]`),
    ),
    ...actions.flatMap((action, index) =>
      placed(actionKindOf(action).references(action), `actions[${index}]`),
    ),
  ];
}

/** The rules that name it. */
export function rulesNaming(rules: readonly Rule[], to: ReferenceTo, id: string): readonly Rule[] {
  return rules.filter((rule) => referencesOf(rule).some((one) => one.to === to && one.id === id));
}

/** The same rules, calling it by its new name. */
export function renameInRules(
  rules: readonly Rule[],
  { to, from, name }: { readonly to: ReferenceTo; readonly from: string; readonly name: string },
): Rule[] {
  const renamed = <Part>(part: Part, references: readonly Reference[]): Part =>
    references
      .filter((one) => one.to === to && one.id === from)
      .reduce((changed, { field }) => withField(changed, field.split('.'), name), part);
  return rules.map((rule) =>
    rulesNaming([rule], to, from).length === 0
      ? rule
      : {
          ...rule,
          conditions: rule.conditions.map((one) => renamed(one, conditionKindOf(one).references(one))),
          actions: rule.actions.map((one) => renamed(one, actionKindOf(one).references(one))),
        },
  );
}

function placed(references: readonly Reference[], place: string): PlacedReference[] {
  return references.map((reference) => ({ ...reference, path: `${place}.${reference.field}` }));
}

/** The same settings with another value in one field, which may stand within others. */
function withField<Part>(part: Part, [first, ...rest]: readonly string[], value: string): Part {
  if (first === undefined) return part;
  const inner = (part as Readonly<Record<string, unknown>>)[first];
  return { ...part, [first]: rest.length === 0 ? value : withField(inner, rest, value) };
}
