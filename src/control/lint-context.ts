import { reachesItself } from '../recipients/reaches-itself.js';
import { actionKindOf } from '../rules/actions/index.js';
import type { LintContext } from '../rules/lint/finding.js';
import type { RulePlay } from '../rules/actions/rule-play.js';
import { ruleIdOf, type Rule } from '../rules/rule.js';
import type { SpeechProblem } from '../sounds/speech.js';
import { spokenTextKey } from '../sounds/spoken-text.js';
import { STAND_IN_SOUND } from '../sounds/stand-in-sound.js';
import { missingFromRules } from './document-checks.js';
import { emptySchedules } from './planned-states.js';
import type { DeviceDocument, Services } from './services.js';

/** What the check of rules must know of the rest of the configuration. */
export async function lintContextOf(services: Services, document: DeviceDocument): Promise<LintContext> {
  const { profiles, accounts, sip, rules } = document;
  const playable: Playable = {
    announcements: new Set((await services.announcements.list()).map(({ name }) => name)),
    problems: services.sounds.speech.problems,
  };
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
    comesBack: (recipient) => reachesItself(document.recipients, recipient),
    takesIncomingCalls: sip.enabled && sip.allowIncomingCalls,
    emptySchedules: emptySchedules(document, services.system.now()),
    missing: [...missingReferences(document), ...rules.flatMap((rule) => missingSounds(rule, playable))],
  };
}

function missingReferences(document: DeviceDocument): LintContext['missing'] {
  return missingFromRules(document).map(({ path, message }) => {
    const index = Number(/^rules\[(\d+)\]/.exec(path)?.[1]);
    const rule = document.rules[index];
    return { rule: rule ? ruleIdOf(rule) : '', what: `${message[0]?.toUpperCase()}${message.slice(1)}.` };
  });
}

interface Playable {
  readonly announcements: ReadonlySet<string>;
  readonly problems: readonly SpeechProblem[];
}

/** Announcements are files, which nobody keeps from being deleted, and a voice may not be there. */
function missingSounds(rule: Rule, playable: Playable): LintContext['missing'] {
  return rule.actions
    .filter((action) => action.kind === 'call.place')
    .flatMap((action) => {
      const missing = action.play && missingOf(action.play, playable);
      if (missing === undefined) return [];
      const what = `Rule "${rule.name}": to ${actionKindOf(action).describe(action)} it ${missing}; "${STAND_IN_SOUND}" is played instead.`;
      return { rule: ruleIdOf(rule), what };
    });
}

function missingOf(play: RulePlay, { announcements, problems }: Playable): string | undefined {
  if (play.kind === 'announcement' && !announcements.has(play.name)) {
    return `plays the announcement "${play.name}", which does not exist`;
  }
  if (play.kind !== 'text') return undefined;
  const key = spokenTextKey(play);
  const problem = problems.find((one) => spokenTextKey(one) === key)?.problem;
  return problem === undefined
    ? undefined
    : `says "${play.text}", which fails: ${problem.replace(/\.$/, '')}`;
}
