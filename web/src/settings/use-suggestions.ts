import { useEffect, useState } from 'react';
import { read } from '../api/device-api.js';
import type { Suggestions } from '../forms/form-schema.js';
import type { ApiSchemas } from './use-api-schemas.js';

/** Fields that name something configured: where it is listed, and which of its fields names it. */
const NAMED: Readonly<
  Record<string, { readonly path: string; readonly key: string; readonly within?: string }>
> = {
  profile: { path: '/profiles', key: 'name' },
  account: { path: '/accounts', key: 'id' },
  recipient: { path: '/recipients', key: 'id' },
  schedule: { path: '/schedules', key: 'id' },
  certificate: { path: '/certificates', key: 'id' },
  output: { path: '/outputs', key: 'id' },
  rule: { path: '/rules', key: 'id' },
  contact: { path: '/contacts', key: 'id' },
  sequence: { path: '/dtmf', key: 'id', within: 'sequences' },
  subscription: { path: '/mqtt/subscriptions', key: 'id' },
  manualTrigger: { path: '/manual-triggers', key: 'id' },
  heartbeat: { path: '/heartbeats', key: 'id' },
};

/** What can be entered where a field names something configured. What cannot be read is not suggested. */
export function useSuggestions(schemas: ApiSchemas, changes: number): Suggestions {
  const [suggestions, setSuggestions] = useState<Suggestions>({});
  useEffect(() => {
    let isLatest = true;
    const there = Object.entries(NAMED).filter(([, { path }]) => schemas.has(path));
    const lists = there.map(async ([field, { path, key, within }]) => {
      const answer = await read<unknown>(path).catch(() => []);
      const list = within === undefined ? answer : (answer as Readonly<Record<string, unknown>>)[within];
      const names = Array.isArray(list)
        ? (list as Readonly<Record<string, unknown>>[]).map((item) => item[key])
        : [];
      return [field, names.filter((name) => typeof name === 'string')] as const;
    });
    void Promise.all(lists).then((entries) => {
      if (isLatest) setSuggestions(Object.fromEntries(entries));
    });
    return () => {
      isLatest = false;
    };
  }, [schemas, changes]);
  return suggestions;
}
