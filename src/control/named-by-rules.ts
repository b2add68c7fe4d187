import { SipsirenError } from '../base/errors.js';
import type { ReferenceTo } from '../rules/reference.js';
import { rulesNaming } from '../rules/references.js';
import type { Rule } from '../rules/rule.js';
import { quoted } from './words.js';

/** Keeps what rules name from being deleted. `what` begins a sentence: `The contact "desk"`. Throws CONFLICT. */
export function refuseIfNamed(rules: readonly Rule[], to: ReferenceTo, id: string, what: string): void {
  const users = rulesNaming(rules, to, id).map((rule) => quoted(rule.name));
  if (users.length === 0) return;
  const isOne = users.length === 1;
  throw new SipsirenError(
    'CONFLICT',
    `${what} is used by the rule${isOne ? '' : 's'} ${users.join(', ')}. Change ${isOne ? 'it' : 'them'} first.`,
  );
}
