import { describe, expect, it } from '@jest/globals';
import { changing, inState, profileAction, ruleOf } from '../../test/support/rules/rule-of.js';
import { DEMO_RULES } from './demo-rules.js';
import { jsonSchemaOf } from '../config/json-schema-of.js';
import { ruleSchema, rulesSchema } from './rule.js';

/** The first thing the schema finds wrong: where and what. */
function problem(rule: unknown): string {
  const parsed = ruleSchema.safeParse(rule);
  const issue = parsed.error?.issues[0];
  return issue === undefined ? 'accepted' : `${issue.path.join('.')}: ${issue.message}`;
}

const rule = (conditions: unknown[], actions: unknown[] = [profileAction('start')]): unknown => ({
  name: 'Alarm',
  conditions,
  actions,
});

describe('A rule', () => {
  it('is enabled, without a wait, and its conditions are neither inverted nor triggers, unless it says so', () => {
    expect(ruleOf({ conditions: [inState('Active')] })).toEqual({
      name: 'Alarm',
      enabled: true,
      waitSeconds: 0,
      conditions: [{ kind: 'call.state', state: 'Active', invert: false, trigger: false }],
      actions: [{ kind: 'siren.profile', profile: 'Alarm', run: 'whileActive' }],
    });
  });

  it.each([
    ['no condition', rule([]), /^conditions: A rule needs at least one condition/],
    ['no action', rule([inState('Active')], []), /^actions: A rule needs at least one action/],
    [
      'an unknown kind of condition',
      rule([{ kind: 'io.input' }]),
      /^conditions\.0\.kind: .*call\.state, call\.stateChange/,
    ],
    [
      'an unknown kind of action',
      rule([inState('Active')], [{ kind: 'x' }]),
      /^actions\.0\.kind: .*siren\.profile/,
    ],
    ['an unknown field', rule([inState('Active', { colour: 'red' })]), /^conditions\.0: .*colour/],
    ['an unknown state', rule([inState('Sleeping')]), /^conditions\.0\.state/],
    [
      'an address that cannot be read',
      rule([inState('Active', { localUri: '1010-1001' })]),
      /^conditions\.0\.localUri: .*backwards/,
    ],
    [
      'a trigger that is not the first condition',
      rule([inState('Active'), inState('Ringing', { trigger: true })]),
      /^conditions\.1\.trigger: Only the first/,
    ],
    [
      'an inverted event',
      rule([changing('Busy', { invert: true })]),
      /^conditions\.0\.invert: .*no opposite/,
    ],
    [
      'two events at once',
      rule([changing('Busy'), changing('Denied')]),
      /^conditions\.1: Two events never happen/,
    ],
    [
      'an event beside a trigger',
      rule([inState('Active', { trigger: true }), changing('Busy')]),
      /^conditions\.1: .*make the event itself the trigger/,
    ],
    [
      'an event that shall last',
      rule([changing('AcceptedByDevice')], [profileAction('whileActive')]),
      /^actions\.0: .*over at once/,
    ],
    [
      'an event beside a state that shall last',
      rule([inState('Active'), changing('AcceptedByDevice')], [profileAction('whileActive')]),
      /^actions\.0: .*over at once/,
    ],
    [
      'a lone trigger that shall last',
      rule([inState('Active', { trigger: true })], [profileAction('whileActive')]),
      /^actions\.0: .*beside the trigger/,
    ],
  ])('is refused with the reason where it has %s', (_what, given, words) => {
    expect(problem(given)).toMatch(words);
  });

  it('takes an event as a trigger beside a state that says how long it lasts', () => {
    const conditions = [changing('AcceptedByDevice', { trigger: true }), inState('Active')];
    expect(problem(rule(conditions, [profileAction('whileActive')]))).toBe('accepted');
  });

  it('may wait up to 99:59:59 and no longer', () => {
    expect(ruleOf({ conditions: [inState('Active')], waitSeconds: 359_999 }).waitSeconds).toBe(359_999);
    expect(problem({ ...(rule([inState('Active')]) as object), waitSeconds: 360_000 })).toMatch(
      /^waitSeconds/,
    );
  });
});

describe('A list of rules', () => {
  const named = (name: string, id?: string): unknown => ({
    ...ruleOf({ name, conditions: [inState('Active')] }),
    ...(id !== undefined && { id }),
  });

  it('is refused where two rules share a name or an id', () => {
    const issues = rulesSchema.safeParse([named('A', '1'), named('A', '2'), named('B', '1')]).error?.issues;
    expect(issues?.map(({ path }) => path)).toEqual([
      [1, 'name'],
      [2, 'id'],
    ]);
  });

  it('for the demonstration is a valid one', () => {
    expect(rulesSchema.parse(DEMO_RULES).map(({ name }) => name)).toEqual([
      'Evacuate on 1001',
      'Doorbell on 1002',
    ]);
  });
});

describe('The description of a rule', () => {
  it('says of every field what it is for', () => {
    const fields = undescribed(jsonSchemaOf(ruleSchema), 'rule');
    expect(fields).toEqual([]);
  });
});

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly const?: unknown;
  readonly description?: string;
}

/** The places of the fields without a word about them; a field with one possible value needs none. */
function undescribed(node: SchemaNode, place: string): string[] {
  const choices = [...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.items ? [node.items] : [])];
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([name, field]) => [
      ...(field.const === undefined && field.description === undefined ? [`${place}.${name}`] : []),
      ...undescribed(field, `${place}.${name}`),
    ]),
    ...choices.flatMap((choice) =>
      undescribed(choice, `${place} ${JSON.stringify(choice.properties?.['kind']?.const)}`),
    ),
  ];
}
