import { hostsToDial } from '../calls/hosts-to-dial.js';
import type { Rule } from '../rules/rule.js';

/** What a person should know once the device runs. */
export interface GreetingFacts {
  readonly version: string;
  readonly page: { readonly address: string; readonly port: number } | undefined;
  readonly listening: readonly {
    readonly protocol: string;
    readonly address: string;
    readonly port: number;
  }[];
  readonly takesCalls: boolean;
  readonly rules: readonly Rule[];
  readonly isInMaintenance: boolean;
}

/** The lines printed at start: where the page is and what to dial. */
export function greeting(facts: GreetingFacts): string[] {
  const lines = [`sipsiren ${facts.version} is ready.`];
  if (facts.page) lines.push(`  Page  http://${bracketed(facts.page.address)}:${facts.page.port}/`);
  return [...lines, ...callLines(facts), ...maintenanceLines(facts)];
}

function maintenanceLines({ isInMaintenance, page }: GreetingFacts): string[] {
  if (!isInMaintenance) return [];
  return [
    '  Maintenance mode is on: the siren is silent and alarms wait.',
    ...(page ? ['  Turn it off on the page, under Maintenance, once everything is in its place.'] : []),
  ];
}

function callLines({ takesCalls, listening, rules }: GreetingFacts): string[] {
  const [host] = hostsToDial(listening);
  if (!takesCalls || host === undefined) {
    return ['  Calls are not taken: turn on Enable SIP and Allow incoming calls in the SIP settings.'];
  }
  const dialled = dialledProfiles(rules);
  if (dialled.length === 0) return [`  Call  sip:<extension>@${host} (no rule waits for a call yet)`];
  return dialled.map(([extension, profile]) => `  Call  sip:${extension}@${host}  ${profile}`);
}

/** Extension and profile of the rules that run a profile for a plain extension. */
function dialledProfiles(rules: readonly Rule[]): [string, string][] {
  const found: [string, string][] = [];
  for (const rule of rules) {
    const extension = rule.conditions
      .map((condition) => ('localUri' in condition ? condition.localUri : undefined))
      .find((uri) => /^\d+$/.test(uri ?? ''));
    const action = rule.actions.find((one) => one.kind === 'siren.profile' && one.run !== 'stop');
    if (rule.enabled && extension !== undefined && action?.kind === 'siren.profile')
      found.push([extension, action.profile]);
  }
  return found;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
