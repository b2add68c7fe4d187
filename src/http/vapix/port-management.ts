import type { Router } from 'express';
import type { IoPort } from '../../inputs/io-port-settings.js';
import { jsonApiRouter, type VapixOptions } from './json-api.js';
import type { Method, Params, Run } from './method.js';
import { VapixError } from './vapix-error.js';

/** A port as the API shows it. */
type PortView = IoPort & { readonly status: { readonly state: 'active' | 'inactive' | 'unknown' } };

const OPPOSITE = { open: 'closed', closed: 'open' } as const;

const METHODS: Readonly<Record<string, Method>> = {
  getSupportedVersions: () => Promise.resolve({ apiVersions: ['1.0'] }),
  getPorts: async (_params, run) => {
    const ports = (await run('ioPorts.list', {})) as readonly PortView[];
    return { numberOfPorts: ports.length, items: ports.map((port) => itemOf(port)) };
  },
  setPorts: async ({ ports }, run) => {
    const wishes = listOf(ports, 'ports');
    const known = (await run('ioPorts.list', {})) as readonly PortView[];
    // All of them are looked at before the first is changed.
    const changes = wishes.map((wish) => ({ wish, port: portOf(wish, known) }));
    for (const { wish, port } of changes) await setPort(wish, port, run);
    return {};
  },
  setStateSequence: async (params, run) => {
    const port = portOf(params, (await run('ioPorts.list', {})) as readonly PortView[]);
    if (port.direction !== 'output') throw new VapixError(4004, `port ${port.id}`);
    const steps = listOf(params['sequence'], 'sequence').map(({ state, time = 0 }) => ({
      active: stateOf(state) !== port.normalState,
      milliseconds: Number(time),
    }));
    await run('ioPorts.play', { id: port.id, steps });
    return {};
  },
};

/** The I/O port management that clients of such devices speak (VAPIX): below `/axis-cgi`. */
export function portManagementRouter(options: VapixOptions): Router {
  return jsonApiRouter({ path: '/io/portmanagement.cgi', methods: METHODS, ...options });
}

/** Clients want a name and a state for each; one that is unknown is as it is normally. */
function itemOf({ id, name, direction, normalState, status }: PortView): object {
  return {
    port: id,
    state: status.state === 'active' ? OPPOSITE[normalState] : normalState,
    configurable: true,
    readonly: false,
    usage: '',
    direction,
    name: name === '' ? `Port ${id}` : name,
    normalState,
  };
}

async function setPort(wish: Params, port: PortView, run: Run): Promise<void> {
  const { status: _status, ...settings } = port;
  const changed = {
    ...settings,
    ...('name' in wish && { name: wish['name'] }),
    ...('direction' in wish && { direction: wish['direction'] }),
    ...('normalState' in wish && { normalState: wish['normalState'] }),
  };
  if (JSON.stringify(changed) !== JSON.stringify(settings)) {
    await run('ioPorts.update', { id: port.id, item: changed });
  }
  if (wish['state'] === undefined) return;
  if (changed.direction !== 'output') throw new VapixError(4004, `port ${port.id}`);
  const isActive = stateOf(wish['state']) !== changed.normalState;
  if (isActive) await run('ioPorts.activate', { id: port.id, options: {} });
  else await run('ioPorts.deactivate', { id: port.id });
}

/** Throws 2103 and 2104. */
function portOf({ port }: Params, known: readonly PortView[]): PortView {
  if (port === undefined) throw new VapixError(2103, 'port');
  const found = known.find(({ id }) => id === port || id === JSON.stringify(port));
  if (!found) throw new VapixError(2104, `there is no port ${JSON.stringify(port)}`);
  return found;
}

/** Throws 2104. */
function stateOf(state: unknown): 'open' | 'closed' {
  if (state === 'open' || state === 'closed') return state;
  throw new VapixError(2104, 'state is open or closed');
}

/** Throws 2103 and 2104. */
function listOf(value: unknown, name: string): readonly Params[] {
  if (value === undefined) throw new VapixError(2103, name);
  if (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null)) {
    return value as readonly Params[];
  }
  throw new VapixError(2104, `${name} is a list of objects`);
}
