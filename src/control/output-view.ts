import type { OutputSettings } from '../outputs/output-settings.js';
import type { OutputState } from '../outputs/output-state.js';
import { VIRTUAL_ID } from '../outputs/outputs-schema.js';
import { OUTPUT_SECRETS } from './output-secrets.js';
import type { Services } from './services.js';

/** One output as lists show it: what it is and how it does. */
export type OutputView = OutputSettings & {
  /** Whether it is always there and can be neither changed nor deleted. */
  readonly isLasting: boolean;
  readonly status: OutputState | { readonly state: 'off' };
};

/** The output of the page, then the configured ones. */
export function outputViews({ config, outputs }: Services): OutputView[] {
  const states = new Map(outputs.status().map((status) => [status.id, stateOf(status)]));
  const virtual = { id: VIRTUAL_ID, name: 'Page', kind: 'virtual', enabled: true, settings: {} };
  return [
    { ...virtual, isLasting: true, status: states.get(VIRTUAL_ID) ?? { state: 'ok' } },
    ...config.get('outputs').map((output) => ({
      ...OUTPUT_SECRETS.shown(output),
      isLasting: false,
      status: states.get(output.id) ?? { state: 'off' as const },
    })),
  ];
}

function stateOf(status: OutputState): OutputState {
  return status.state === 'ok'
    ? { state: 'ok' }
    : { state: 'failing', since: status.since, error: status.error };
}
