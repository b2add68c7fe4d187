import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'torture', 'messages');

/** The names of all messages of RFC 4475, without `.dat`. */
export function tortureNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.dat'))
    .map((file) => file.slice(0, -'.dat'.length))
    .sort();
}

/** The octets of one message of RFC 4475, as the RFC publishes them. */
export function tortureMessage(name: string): Buffer {
  return readFileSync(join(folder, `${name}.dat`));
}
