import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { type CallId, type RuleId, randomToken } from '../../base/ids.js';
import { PEER_TO_PEER_ACCOUNT } from '../../calls/account.js';
import { hostsToDial } from '../../calls/hosts-to-dial.js';
import { dryRunSchema, eventsOf, presumedBy, type EventWordsContext } from '../../rules/event-words.js';
import type { Finding } from '../../rules/lint/finding.js';
import { lintRules } from '../../rules/lint/index.js';
import { PLACEHOLDERS } from '../../rules/placeholders.js';
import { type Rule, ruleIdOf, ruleSchema } from '../../rules/rule.js';
import { type Command, defineCommand } from '../command.js';
import { lintContextOf } from '../lint-context.js';
import { plannedEvents } from '../planned-states.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { DeviceDocument, Services } from '../services.js';
import { quoted } from '../words.js';

const byId = z.strictObject({ id: z.string().describe('The id of the rule.') });

const list = defineCommand({
  name: 'rules.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every rule, in the order they are kept.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('rules'),
});

const get = defineCommand({
  name: 'rules.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One rule.',
  input: byId,
  run: ({ services }, { id }) => find(services.config.get('rules'), id),
});

const create = defineCommand({
  name: 'rules.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds a rule. The device gives it an id where it brings none.',
  input: z.strictObject({ rule: ruleSchema }),
  run: async ({ services }, { rule }) => {
    const added = { ...rule, id: rule.id ?? newId() };
    const limit = services.config.get('limits').rules;
    const next = await changeRule(services, (rules) => {
      refuseTaken(rules, added);
      if (rules.length >= limit) {
        throw new SipsirenError(
          'LIMIT_REACHED',
          `There can be ${limit} rules; delete one first, or raise the limit.`,
        );
      }
      return { rules: [...rules, added], index: rules.length };
    });
    return find(next.rules, added.id);
  },
});

const update = defineCommand({
  name: 'rules.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces a rule. One that is active takes the change over when it is turned on again.',
  input: z.strictObject({ id: byId.shape.id, rule: ruleSchema }),
  run: async ({ services }, { id, rule }) => {
    const next = await changeRule(services, (rules) => {
      const index = rules.indexOf(find(rules, id));
      if (rule.id !== undefined && rule.id !== id) {
        throw new SipsirenError('CONFLICT', 'The id of a rule cannot be changed.', {
          path: 'id',
          accepted: id,
        });
      }
      const fresh = { ...rule, id };
      refuseTaken(rules.toSpliced(index, 1), fresh);
      return { rules: rules.with(index, fresh), index };
    });
    return find(next.rules, id);
  },
});

const enable = defineCommand({
  name: 'rules.enable',
  kind: 'command',
  role: 'operator',
  summary: 'Turns a rule on or off. Off ends what it runs while it is active.',
  input: z.strictObject({ id: byId.shape.id, change: z.strictObject({ enabled: z.boolean() }) }),
  run: async ({ services }, { id, change: { enabled } }) => {
    const next = await services.config.change(({ rules }) => {
      const fresh = { ...find(rules, id), enabled };
      return { rules: rules.map((one) => (ruleIdOf(one) === id ? fresh : one)) };
    });
    return find(next.rules, id);
  },
});

const remove = defineCommand({
  name: 'rules.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes a rule that no other turns on or off. What it runs while it is active ends.',
  input: byId,
  run: async ({ services }, { id }) => {
    await services.config.change(({ rules }) => {
      const { name } = find(rules, id);
      const others = rules.filter((one) => ruleIdOf(one) !== id);
      refuseIfNamed(others, 'rule', id, `The rule ${quoted(name)}`);
      return { rules: others };
    });
  },
});

const status = defineCommand({
  name: 'rules.status',
  kind: 'query',
  role: 'viewer',
  summary:
    'For each rule what it waits for and does in words, whether it is enabled and active, and since when.',
  input: z.strictObject({}),
  run: ({ services }) => services.rules.status(),
});

const events = defineCommand({
  name: 'rules.events',
  kind: 'query',
  role: 'viewer',
  summary: 'The newest events that rules can wait for, newest first, with the numbers to ask about them.',
  input: z.strictObject({
    type: z.string().optional().describe('Only events of this type: call.state.'),
    since: z.int().min(0).optional().describe('Only from then on, milliseconds since 1970 UTC.'),
    before: z.int().min(1).optional().describe('Only events with a smaller number.'),
    limit: z.int().min(1).max(1_000).default(100),
  }),
  run: ({ services }, query) => services.rules.events(query),
});

const dryRun = defineCommand({
  name: 'rules.dryRun',
  kind: 'query',
  role: 'viewer',
  summary: 'What would happen at an event, and why, without doing it; also with rules that are not saved.',
  input: z.strictObject({ question: dryRunSchema }),
  run: ({ services }, { question: { at, assume = [], rules, ...words } }) => {
    const { config, calls, system } = services;
    const instant = at === undefined ? undefined : Date.parse(at);
    const context: EventWordsContext = {
      host: hostsToDial(calls.listening)[0] ?? '127.0.0.1',
      account: PEER_TO_PEER_ACCOUNT.id,
      sequences: config.get('dtmf').sequences,
    };
    return services.rules.dryRun({
      rules: rules ?? config.get('rules'),
      assumed: [
        ...(instant === undefined ? [] : plannedEvents(config.document, instant)),
        ...assume.flatMap((one) => eventsOf(one, context)),
        ...presumedBy(words, context),
      ],
      events: eventsOf(words, context),
      at: instant ?? system.now(),
    });
  },
});

const lint = defineCommand({
  name: 'rules.lint',
  kind: 'query',
  role: 'viewer',
  summary:
    'What a person should look at in the rules: what never stops, never happens or gets in its own way.',
  input: z.strictObject({}),
  run: ({ services }) => lintDocument(services, services.config.get('rules')),
});

const lintRule = defineCommand({
  name: 'rules.lintRule',
  kind: 'query',
  role: 'viewer',
  summary: 'The same for one rule before it is saved, beside the others; only what concerns it.',
  input: z.strictObject({ rule: ruleSchema }),
  run: async ({ services }, { rule }) => {
    const id = ruleIdOf(rule);
    const others = services.config.get('rules').filter((one) => ruleIdOf(one) !== id);
    const findings = await lintDocument(services, [rule, ...others]);
    return findings.filter(({ rules }) => rules.includes(id));
  },
});

async function lintDocument(services: Services, rules: readonly Rule[]): Promise<readonly Finding[]> {
  const document = { ...services.config.document, rules: [...rules] };
  return lintRules(rules, await lintContextOf(services, document));
}

const placeholders = defineCommand({
  name: 'placeholders.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every placeholder that text fields of rules take, with what it stands for and an example.',
  input: z.strictObject({}),
  run: () => PLACEHOLDERS.map(({ name, description, example }) => ({ name, description, example })),
});

const why = defineCommand({
  name: 'rules.why',
  kind: 'query',
  role: 'viewer',
  summary: 'What the rules decided and why, newest first; by event, rule or call.',
  input: z.strictObject({
    eventSequence: z.int().min(1).optional(),
    rule: z.string().optional(),
    callId: z.string().optional(),
    limit: z.int().min(1).max(1_000).default(100),
  }),
  run: ({ services }, query) =>
    services.rules.why({
      limit: query.limit,
      ...(query.eventSequence !== undefined && { eventSequence: query.eventSequence }),
      ...(query.rule !== undefined && { rule: query.rule as RuleId }),
      ...(query.callId !== undefined && { callId: query.callId as CallId }),
    }),
});

/** Changes the list; what is wrong with the rule at `index` is reported as the caller's. */
function changeRule(
  services: Services,
  changer: (rules: readonly Rule[]) => { readonly rules: Rule[]; readonly index: number },
): Promise<DeviceDocument> {
  let index = -1;
  return relocatingProblems(
    () =>
      services.config.change((document) => {
        const change = changer(document.rules);
        index = change.index;
        return { rules: change.rules };
      }),
    { from: () => `rules[${index}]`, to: 'rule' },
  );
}

function newId(): RuleId {
  return `rule-${randomToken(4)}` as RuleId;
}

function find(rules: readonly Rule[], id: string | undefined): Rule {
  const found = rules.find((rule) => ruleIdOf(rule) === id);
  if (!found) throw new SipsirenError('NOT_FOUND', `There is no rule with the id ${quoted(String(id))}.`);
  return found;
}

function refuseTaken(rules: readonly Rule[], rule: Rule): void {
  if (rules.some((one) => ruleIdOf(one) === ruleIdOf(rule))) {
    throw new SipsirenError('CONFLICT', `There is a rule with the id ${quoted(String(rule.id))} already.`, {
      path: 'id',
    });
  }
  if (rules.some((one) => one.name === rule.name)) {
    throw new SipsirenError(
      'CONFLICT',
      `There is a rule ${quoted(rule.name)} already; give this one another name.`,
      {
        path: 'name',
      },
    );
  }
}

export const RULE_COMMANDS = [
  list,
  get,
  create,
  update,
  enable,
  remove,
  status,
  events,
  dryRun,
  lint,
  lintRule,
  placeholders,
  why,
] as readonly Command[];
