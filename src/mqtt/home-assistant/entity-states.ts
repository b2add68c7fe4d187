import type { OutputView } from '../../control/output-view.js';
import type { StatusView } from '../../control/status-view.js';
import type { ActivityStatus } from '../../siren/activity-status.js';
import { rgbOf } from './entity-colors.js';
import type { EntityTopics } from './entity-topics.js';

/** What the states are made of. */
export interface EntityFacts {
  readonly status: StatusView;
  readonly outputs: readonly OutputView[];
  /** The last one who called; none since the start. */
  readonly caller: { readonly user: string; readonly attributes: object } | undefined;
}

/** Payloads by topic. */
export type EntityStates = ReadonlyMap<string, string>;

/** How every entity is, as Home Assistant takes it. */
export function entityStates({ status, outputs, caller }: EntityFacts, topics: EntityTopics): EntityStates {
  const states = new Map<string, string>();
  const set = (entity: string, state: string, attributes?: object) => {
    states.set(topics.state(entity), state);
    if (attributes) states.set(topics.attributes(entity), JSON.stringify(attributes));
  };
  const light = status.light.find(({ running }) => running);
  const siren = status.siren.find(({ running }) => running);
  set('siren', JSON.stringify(sirenState(siren)));
  set('light', JSON.stringify(lightState(light)));
  set(
    'maintenance',
    onOff([...status.light, ...status.siren].some(({ purpose }) => purpose === 'maintenance')),
  );
  const shown = [light, siren].find((activity) => activity?.profile !== undefined);
  set('profile', shown?.profile ?? 'none', shown ? attributesOf(shown) : {});
  const alarms = [...status.light, ...status.siren].filter(({ purpose }) => purpose === undefined);
  set('alarm', onOff(alarms.length > 0), {
    profiles: [...new Set(alarms.flatMap(({ profile }) => profile ?? []))],
  });
  const [call] = status.calls;
  set('call', call?.state ?? 'Idle', call ? callAttributes(call) : {});
  if (caller) set('caller', caller.user, caller.attributes);
  for (const { id, registration } of status.accounts) {
    if (!registration) continue;
    const { state, ...more } = registration;
    set(`registration_${id}`, state, more);
  }
  const failing = outputs.filter((output) => output.status.state === 'failing');
  set('output_failing', onOff(failing.length > 0), { outputs: failing.map(failureOf) });
  return states;
}

function sirenState(siren: ActivityStatus | undefined): object {
  if (!siren || siren.pattern === 'Silence') return { state: 'OFF' };
  return {
    state: 'ON',
    tone: siren.profile ?? siren.pattern,
    volume_level: siren.intensity / 5,
    ...(siren.secondsLeft !== undefined && { duration: siren.secondsLeft }),
  };
}

function lightState(light: ActivityStatus | undefined): object {
  if (!light || light.pattern === 'Off') return { state: 'OFF' };
  return {
    state: 'ON',
    color_mode: 'rgb',
    color: rgbOf(light.colors?.[0]),
    brightness: Math.round((light.intensity / 5) * 255),
    effect: light.pattern,
  };
}

function attributesOf({ priority, cause, startedAt }: ActivityStatus): object {
  return { priority, cause, since: new Date(startedAt).toISOString() };
}

function callAttributes({
  callId,
  direction,
  account,
  localUri,
  remoteUri,
}: StatusView['calls'][number]): object {
  return { callId, direction, account, localUri, remoteUri };
}

function failureOf({ id, name, status }: OutputView): object {
  return { id, name, ...(status.state === 'failing' && { error: status.error }) };
}

function onOff(isOn: boolean): string {
  return isOn ? 'ON' : 'OFF';
}
