import { SipsirenError } from '../base/errors.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import type { Intent } from '../rules/intent.js';
import { ruleIdOf } from '../rules/rule.js';

/** Turns a rule on or off for good; one that is so already costs no write. */
export async function enableRule(
  { rule: id, enabled }: Extract<Intent, { kind: 'rule.enable' }>,
  { config }: { readonly config: Pick<ConfigStore<DeviceDocument>, 'get' | 'change'> },
): Promise<string> {
  const found = config.get('rules').find((rule) => ruleIdOf(rule) === id);
  if (!found) throw new SipsirenError('NOT_FOUND', `There is no rule with the id "${id}".`);
  if (found.enabled === enabled) return 'it was so already';
  await config.change(({ rules }) => ({
    rules: rules.map((rule) => (ruleIdOf(rule) === id ? { ...rule, enabled } : rule)),
  }));
  return `"${found.name}"`;
}
