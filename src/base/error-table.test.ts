import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_TABLE } from './error-table.js';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'errors.md');
const ROW = /^\| `([A-Z_]+)` +\| (\d{3}) +\| (\w+) +\| (.+?) +\|$/;

describe('docs/errors.md', () => {
  it('lists every error code with its status, family and text, in the order of the table', async () => {
    const lines = (await readFile(DOCUMENT, 'utf8')).split('\n');
    const rows = lines.flatMap((line) => {
      const [, code, status, family, text] = ROW.exec(line) ?? [];
      return code === undefined ? [] : [{ code, status: Number(status), family, text }];
    });
    const table = Object.entries(ERROR_TABLE).map(([code, { status, family, text }]) => ({
      code,
      status,
      family,
      text,
    }));
    expect(rows).toEqual(table);
  });
});
