import { actionKindOf } from '../rules/actions/index.js';
import type { LintContext } from '../rules/lint/finding.js';
import { ruleIdOf, type Rule } from '../rules/rule.js';
import { missingFromRules } from './document-checks.js';
import { emptySchedules } from './planned-states.js';
import type { DeviceDocument, Services } from './services.js';

/** What the check of rules must know of the rest of the configuration. */
export async function lintContextOf(services: Services, document: DeviceDocument): Promise<LintContext> {
  const { profiles, accounts, sip, rules } = document;
  const announcements = new Set((await services.announcements.list()).map(({ name }) => name));
  return {
    profiles: profiles.map(({ name, priority, duration, light, siren }) => ({
      name,
      priority,
      isContinuous: duration.unit === 'continuous',
      hasLight: light !== undefined,
      hasSiren: siren !== undefined,
    })),
    accounts: accounts.map(({ id, active, mode, userId }) => ({
      id,
      isActive: active,
      isRegistered: mode === 'registered',
      userId,
    })),
    takesIncomingCalls: sip.enabled && sip.allowIncomingCalls,
    emptySchedules: emptySchedules(document, services.system.now()),
    missing: [...missingReferences(document), ...rules.flatMap((rule) => missingSounds(rule, announcements))],
  };
}

function missingReferences(document: DeviceDocument): LintContext['missing'] {
  return missingFromRules(document).map(({ path, message }) => {
    const index = Number(/^rules\[(\d+)\]/.exec(path)?.[1]);
    const rule = document.rules[index];
    return { rule: rule ? ruleIdOf(rule) : '', what: `${message[0]?.toUpperCase()}${message.slice(1)}.` };
  });
}

/** Announcements are files, which nobody keeps from being deleted. */
function missingSounds(rule: Rule, announcements: ReadonlySet<string>): LintContext['missing'] {
  return rule.actions
    .filter((action) => action.kind === 'call.place')
    .flatMap((action) => {
      const { play } = action;
      if (play?.kind !== 'announcement' || announcements.has(play.name)) return [];
      const what = `Rule "${rule.name}": to ${actionKindOf(action).describe(action)} it plays the announcement "${play.name}", which does not exist.`;
      return { rule: ruleIdOf(rule), what };
    });
}
