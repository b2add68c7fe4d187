import type { StatusView } from '../../control/status-view.js';
import type { ActivityStatus } from '../../control/page-data.js';
import type { HealthCheckView } from '../../control/health-check-view.js';
import { outputFunctions } from '../../outputs/drivers/index.js';
import { readPortable } from '../../siren/portable-profile.js';
import type { Profile } from '../../siren/profile.js';
import { CAPABILITIES } from './capabilities.js';
import type { Method, Params, Run } from './method.js';
import { errorOfProblems } from './problem-code.js';
import { VapixError } from './vapix-error.js';

/** Clients ask for light and siren by these names. */
const FUNCTIONS = ['siren', 'light'] as const;

const NO_SUCH_PROCESS = 'it may be over';

/** The methods that take their parameters from the body; `uploadProfiles` comes with a file. */
export const SIREN_AND_LIGHT_METHODS: Readonly<Record<string, Method>> = {
  getSupportedVersions: () => Promise.resolve({ apiVersions: ['1.0'] }),
  getCapabilities: () => Promise.resolve({ capabilities: CAPABILITIES }),
  getStatus: async (_params, run) => statusOf((await run('status.get', {})) as StatusView),
  getProfiles: async (_params, run) => ({ profiles: await run('profiles.export', {}) }),
  start,
  stop,
  addProfile: async (params, run) => {
    await run('profiles.create', { profile: profileFrom(params) });
    return {};
  },
  removeProfile: async (params, run) => {
    await run('profiles.delete', { name: textOf(params, 'name') });
    return {};
  },
  runHealthCheck: async (_params, run) => {
    await run('healthCheck.start', { check: {} });
    return {};
  },
  getLastHealthCheck: async (_params, run) =>
    lastHealthCheck((await run('healthCheck.get', {})) as HealthCheckView),
  setMaintenanceMode: async (params, run) => {
    await run('maintenance.set', { maintenance: maintenanceFrom(params) });
    return {};
  },
};

async function start(params: Params, run: Run): Promise<unknown> {
  const blocks = FUNCTIONS.filter((name) => params[name] !== undefined);
  if (params['profile'] !== undefined) {
    if (blocks.length > 0) throw new VapixError(2104, 'profile goes with neither siren nor light');
    return run('profiles.start', { name: textOf(params, 'profile') });
  }
  if (blocks.length === 0) throw new VapixError(2103, 'profile, siren or light');
  const wanted = blocks.map((name) => activityFrom(params[name], name));
  const [first, second] = wanted;
  if (second && first?.priority === second.priority && isAlike(first.duration, second.duration)) {
    return run('activities.start', { activity: { ...first, ...second } });
  }
  const started: unknown[] = [];
  for (const activity of wanted) started.push(await run('activities.start', { activity }));
  return Object.assign({}, ...started) as unknown;
}

/** One function of a request, read like that of a profile. */
function activityFrom(block: unknown, name: 'siren' | 'light'): Omit<Profile, 'name' | 'description'> {
  const { profile, problems } = readPortable({ name, [name]: block }, 'params');
  if (!profile) throw errorOfProblems(problems);
  const { name: _name, description: _description, ...activity } = profile;
  return activity;
}

function isAlike(one: Profile['duration'], other: Profile['duration']): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function profileFrom(params: Params): Profile {
  if (params['name'] === undefined) throw new VapixError(2103, 'name');
  const { profile, problems } = readPortable(params, 'params');
  if (!profile) throw errorOfProblems(problems);
  return profile;
}

async function stop(params: Params, run: Run): Promise<unknown> {
  const { all, profile, sirenId, lightId } = params;
  if (all !== undefined) {
    await run('siren.stopAll', { stop: { functions: functionsFrom(all) } });
  } else if (profile !== undefined) {
    const { stopped } = (await run('profiles.stop', { name: textOf(params, 'profile') })) as {
      stopped: boolean;
    };
    if (!stopped) throw new VapixError(1203, 'the profile is not running');
  } else if (sirenId !== undefined || lightId !== undefined) {
    await stopById({ siren: sirenId, light: lightId }, run);
  } else {
    throw new VapixError(2103, 'all, profile, sirenId or lightId');
  }
  return {};
}

/** Ends those that are there, also where another one is not. */
async function stopById(ids: Readonly<Record<'siren' | 'light', unknown>>, run: Run): Promise<void> {
  const wanted = FUNCTIONS.filter((name) => ids[name] !== undefined).map((name) => ({
    name,
    id: wholeNumber(ids[name], `${name}Id`),
  }));
  const status = (await run('status.get', {})) as StatusView;
  const missing = wanted.filter(({ name, id }) => !isStoppable(status[name], id));
  for (const one of wanted) {
    if (!missing.includes(one)) await run('activities.stop', { id: one.id });
  }
  const [first] = missing;
  if (first) throw new VapixError(1203, `${first.name}Id ${first.id}, ${NO_SUCH_PROCESS}`);
}

/** The device's own activities end only with what started them. */
function isStoppable(activities: readonly ActivityStatus[], id: number): boolean {
  const found = activities.find((activity) => activity.id === id);
  return found !== undefined && (found.purpose === undefined || found.purpose === 'preview');
}

function functionsFrom(all: unknown): string[] {
  const names = [all].flat().map((name) => (typeof name === 'string' ? name.trim().toLowerCase() : name));
  const isKnown = (name: unknown): name is string => FUNCTIONS.some((known) => known === name);
  if (names.length > 0 && names.every(isKnown)) return names;
  throw new VapixError(2210, 'all is a list of siren, light or both');
}

function maintenanceFrom({ maintenanceMode, duration }: Params): object {
  if (maintenanceMode === undefined) throw new VapixError(2103, 'maintenanceMode');
  const active = maintenanceMode === 'true' ? true : maintenanceMode === 'false' ? false : maintenanceMode;
  if (typeof active !== 'boolean') throw new VapixError(2104, 'maintenanceMode is true or false');
  if (duration === undefined || !active) return { active };
  return { active, seconds: wholeNumber(duration, 'duration') };
}

function statusOf({ siren, light }: StatusView): object {
  return {
    ...(siren.length > 0 && { siren: siren.map((one) => ({ sirenId: one.id, ...rowOf(one) })) }),
    ...(light.length > 0 && { light: light.map((one) => ({ lightId: one.id, ...rowOf(one) })) }),
  };
}

function rowOf({
  pattern,
  speed,
  colors,
  intensity,
  secondsLeft,
  priority,
  profile,
}: ActivityStatus): object {
  return {
    pattern,
    ...(speed !== undefined && { speed }),
    ...(colors !== undefined && { colors }),
    intensity,
    ...(secondsLeft !== undefined && { durationLeft: secondsLeft }),
    priority,
    ...(profile !== undefined && { profile }),
  };
}

function lastHealthCheck({ last }: HealthCheckView): object {
  if (!last) throw new VapixError(1200, 'no health check has run yet');
  const failed = last.outputs.filter(({ ok }) => !ok).flatMap(({ kind }) => outputFunctions(kind));
  return {
    timestamp: new Date(last.endedAt).toISOString().replace(/\.\d+Z$/, '+00:00'),
    errors: [
      ...(failed.includes('light') ? [{ code: 101, message: 'Light is not working optimal' }] : []),
      ...(failed.includes('siren') ? [{ code: 102, message: 'Siren is not working optimal' }] : []),
    ],
  };
}

function textOf(params: Params, name: string): string {
  const value = params[name];
  if (value === undefined) throw new VapixError(2103, name);
  if (typeof value !== 'string') throw new VapixError(2104, `${name} is a text`);
  return value;
}

/** Tables of the documentation call numbers strings, and clients believe them. */
function wholeNumber(value: unknown, name: string): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number > 0) return number;
  throw new VapixError(2104, `${name} is a whole number above 0`);
}
