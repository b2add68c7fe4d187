import { compileAddressPattern } from '../../calls/address-pattern.js';
import type { Condition } from '../conditions/index.js';
import { conditionKindOf } from '../conditions/index.js';
import { ruleIdOf, type Rule } from '../rule.js';
import type { Finding, LintCheck, LintContext } from './finding.js';

/** Rules whose conditions can never all be met. */
export const neverHolds: LintCheck = (rules, context) =>
  rules.flatMap((rule) => [
    ...contradictions(rule),
    ...rule.conditions.flatMap((condition) =>
      problemsOf(condition, context).map((found) => finding(rule, found)),
    ),
  ]);

type CallStateCondition = Extract<Condition, { kind: 'call.state' }>;

interface Problem extends Pick<Finding, 'severity' | 'text' | 'advice'> {
  readonly code: string;
}

function finding(rule: Rule, { code, severity, text, advice }: Problem): Finding {
  return { code, severity, rules: [ruleIdOf(rule)], text: `Rule "${rule.name}": ${text}`, advice };
}

/** A trigger is out of it: what it says later does not matter. */
function contradictions(rule: Rule): Finding[] {
  const lasting = rule.conditions.filter(({ trigger }) => !trigger);
  const found = lasting.flatMap((one, index) =>
    lasting
      .slice(index + 1)
      .flatMap((other) => (excludes(one, other) || excludes(other, one) ? [[one, other]] : [])),
  );
  return found.map(([one, other]) =>
    finding(rule, {
      code: 'contradiction',
      severity: 'error',
      text: `"${wordsOf(one)}" and "${wordsOf(other)}" are never so at the same time.`,
      advice: 'Take one of the two conditions out, or make two rules of them.',
    }),
  );
}

function wordsOf(condition: Condition | undefined): string {
  if (condition === undefined) return '';
  return `${condition.invert ? 'not: ' : ''}${conditionKindOf(condition).describe(condition)}`;
}

function excludes(one: Condition, other: Condition): boolean {
  if (settingsOf(one) === settingsOf(other)) return one.invert !== other.invert;
  if (isWiderThan(one, other)) return one.invert && !other.invert;
  if (one.invert || other.invert) return false;
  if (one.kind === 'call.state' && other.kind === 'call.state') return excludesCall(one, other);
  const about = sourceOf(one);
  return about !== undefined && about === sourceOf(other) && settingsOf(one) !== settingsOf(other);
}

/** While there is no call that fits, no call that fits is in a state; where any call fits, no call is. */
function excludesCall(one: CallStateCondition, other: CallStateCondition): boolean {
  if (one.state !== 'Idle' || other.state === 'Idle') return false;
  const { direction, account = '', localUri = '', remoteUri = '' } = one;
  const isAnyCall = direction === undefined && account === '' && localUri === '' && remoteUri === '';
  return isAnyCall || settingsOf({ ...other, state: 'Idle' }) === settingsOf(one);
}

/** Whether one is met whenever the other is: what runs is there. */
function isWiderThan(one: Condition, other: Condition): boolean {
  return (
    one.kind === 'siren.profile' &&
    other.kind === 'siren.profile' &&
    one.profile === other.profile &&
    one.state === 'present' &&
    other.state === 'running'
  );
}

/** What a condition asks about, where that can be in one state only; two that ask for different ones exclude each other. */
function sourceOf(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'mqtt.connection':
      return condition.kind;
    case 'io.digitalInput':
      return condition.port === undefined ? undefined : `${condition.kind} ${condition.port}`;
    case 'account.registration':
      return named(condition.kind, condition.account);
    case 'alarm.state':
      return named(condition.kind, condition.profile);
    case 'mqtt.stateful': {
      const { kind, subscription, topic, payload, match, path = '' } = condition;
      if (payload === undefined || match !== 'equals') return undefined;
      return named(`${kind} ${subscription} ${path}`, topic);
    }
    default:
      return undefined;
  }
}

function named(kind: string, id = ''): string | undefined {
  return id === '' ? undefined : `${kind} ${id}`;
}

function settingsOf({ invert: _invert, trigger: _trigger, ...settings }: Condition): string {
  return JSON.stringify(Object.entries(settings).sort(([one], [other]) => one.localeCompare(other)));
}

function problemsOf(condition: Condition, context: LintContext): Problem[] {
  if (condition.invert) return [];
  return [...problemsOfSchedule(condition, context), ...problemsOfCall(condition, context)];
}

function problemsOfSchedule(condition: Condition, { emptySchedules }: LintContext): Problem[] {
  return conditionKindOf(condition)
    .references(condition)
    .filter(({ to, id }) => (to === 'schedule' || to === 'pulse') && emptySchedules.includes(id))
    .map(({ to, id }) => ({
      code: 'emptySchedule',
      severity: 'error',
      text: `the ${to} "${id}" will not come (again).`,
      advice: 'Give it a later end, or take the condition out.',
    }));
}

function problemsOfCall(condition: Condition, { accounts, takesIncomingCalls }: LintContext): Problem[] {
  const isCall = conditionKindOf(condition).topics.some((topic) => topic.startsWith('call.'));
  const isIdle = condition.kind === 'call.state' && condition.state === 'Idle';
  if (!isCall || isIdle) return [];
  const found: Problem[] = [];
  const {
    direction,
    account: id,
    localUri,
  } = condition as {
    readonly direction?: string;
    readonly account?: string;
    readonly localUri?: string;
  };
  if (direction === 'Incoming' && !takesIncomingCalls) {
    found.push({
      code: 'noIncomingCalls',
      severity: 'error',
      text: 'it waits for an incoming call, and the device takes none.',
      advice: 'Turn SIP and incoming calls on in the SIP settings.',
    });
  }
  const account = accounts.find((one) => one.id === id);
  if (account !== undefined && !account.isActive) {
    found.push({
      code: 'accountOff',
      severity: 'error',
      text: `it waits for a call of the account "${account.id}", which is turned off.`,
      advice: 'Turn the account on, or name another one.',
    });
  }
  const asked = direction === 'Outgoing' ? undefined : localUri;
  if (
    account?.isRegistered === true &&
    asked !== undefined &&
    asked !== '' &&
    !fitsUser(asked, account.userId)
  ) {
    found.push({
      code: 'otherExtension',
      severity: 'warning',
      text: `calls of the account "${account.id}" usually are for ${account.userId}, which ${asked} does not fit.`,
      advice: 'Look whether the PBX tells the dialled number; else ask for the user of the account.',
    });
  }
  return found;
}

function fitsUser(pattern: string, user: string): boolean {
  const compiled = compileAddressPattern(pattern);
  if (!compiled.ok || compiled.pattern.users === undefined) return true;
  return compiled.pattern.users.includes(user) || compiled.pattern.matches(`sip:${user}@host.invalid`);
}
