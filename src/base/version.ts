import { readFileSync } from 'node:fs';

/** The version in package.json, which stands two folders above this file in source and in dist alike. */
export const VERSION: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
