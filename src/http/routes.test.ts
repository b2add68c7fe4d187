import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonSchemaOf } from '../config/json-schema-of.js';
import { COMMANDS } from '../control/commands/index.js';
import { ROUTES } from './routes.js';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'api.md');
const ROW = /^\| (GET|POST|PUT|PATCH|DELETE) +\| `(\/[^`]*)` +\| (\w+) +\| (.+?) +\|$/;

/** Questions that are too long for an address. */
const ASKING = new Set(['rules.dryRun', 'rules.lintRule']);

describe('the routes', () => {
  it('lead to every command, and to no other', () => {
    expect(new Set(ROUTES.map((route) => route.command))).toEqual(
      new Set(COMMANDS.map((command) => command.name)),
    );
  });

  it('are each there once, and read with GET, or with POST where the question needs a body', () => {
    expect(new Set(ROUTES.map((route) => `${route.method} ${route.path}`)).size).toBe(ROUTES.length);
    for (const route of ROUTES) {
      const command = COMMANDS.find((one) => one.name === route.command);
      const reads = route.method === 'GET' || (route.method === 'POST' && ASKING.has(route.command));
      expect([route.command, reads]).toEqual([command?.name, command?.kind === 'query']);
    }
  });

  it('never stand in the place of a thing that has such a name', () => {
    const paths = [...new Set(ROUTES.map(({ path }) => path))];
    const patterns = paths
      .filter((path) => path.includes('{'))
      .map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/{}]+')}$`));
    expect(paths.filter((path) => patterns.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  it('give each command only fields that it has, and all that it requires', () => {
    for (const route of ROUTES) {
      const command = COMMANDS.find((one) => one.name === route.command)!;
      const schema = jsonSchemaOf(command.input) as { properties?: object; required?: string[] };
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const given = [
        ...inPath,
        ...Object.keys(route.query ?? {}),
        ...(route.body === undefined ? [] : [route.body]),
      ];
      expect([route.path, given.toSorted()]).toEqual([
        route.path,
        Object.keys(schema.properties ?? {}).toSorted(),
      ]);
      expect(given).toEqual(expect.arrayContaining(schema.required ?? []));
    }
  });
});

describe('docs/api.md', () => {
  it('lists every route with its role and what it does, in the order of the table', async () => {
    const lines = (await readFile(DOCUMENT, 'utf8')).split('\n');
    const rows = lines.flatMap((line) => {
      const [, method, path, role, summary] = ROW.exec(line) ?? [];
      return method === undefined ? [] : [{ method, path, role, summary }];
    });
    const table = ROUTES.map(({ method, path, command }) => {
      const found = COMMANDS.find((one) => one.name === command);
      return { method, path, role: found?.role, summary: found?.summary };
    });
    expect(rows).toEqual(table);
  });
});
