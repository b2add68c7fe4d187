import { ruleSchema, type Rule } from './rule.js';

/** What a new device has with `--demo`: a call to 1001 runs Evacuation for as long as it is active, 1002 Doorbell. */
export const DEMO_RULES: readonly Rule[] = [
  demoRule('Evacuate on 1001', '1001', 'Evacuation'),
  demoRule('Doorbell on 1002', '1002', 'Doorbell'),
];

function demoRule(name: string, extension: string, profile: string): Rule {
  return ruleSchema.parse({
    name,
    conditions: [{ kind: 'call.state', state: 'Active', direction: 'Incoming', localUri: extension }],
    actions: [{ kind: 'siren.profile', profile, run: 'whileActive' }],
  });
}
