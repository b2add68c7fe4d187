import { outputKindOf } from '../outputs/drivers/index.js';
import type { OutputSettings } from '../outputs/output-settings.js';

/** The output as it may be shown: secrets are written, never read; `hasPassword` says whether there is one. */
export function withoutOutputSecrets(output: OutputSettings): OutputSettings {
  const secrets = secretsOf(output.kind);
  const settings = Object.entries(output.settings).map(([name, value]) =>
    secrets.includes(name) ? [markOf(name), value !== ''] : [name, value],
  );
  return { ...output, settings: Object.fromEntries(settings) as Record<string, unknown> };
}

/** What a client sends back of what it was shown, without the marks. */
export function withoutOutputMarks(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value['settings']) || typeof value['kind'] !== 'string') return value;
  const marks = secretsOf(value['kind']).map(markOf);
  // Anything but the mark that was shown is a field that does not exist, and the schema says so.
  const settings = Object.entries(value['settings']).filter(
    ([name, given]) => !(marks.includes(name) && typeof given === 'boolean'),
  );
  return { ...value, settings: Object.fromEntries(settings) };
}

/**
 * The output that a client gives, with the stored secrets where it brings none. Somewhere else they are not
 * taken: nobody may learn a secret by having it sent to himself.
 */
export function withOutputSecrets(fresh: OutputSettings, stored: OutputSettings): OutputSettings {
  if (fresh.kind !== stored.kind || destinationOf(fresh) !== destinationOf(stored)) return fresh;
  const settings: Record<string, unknown> = { ...fresh.settings };
  for (const secret of secretsOf(fresh.kind)) {
    if (settings[secret] === '') settings[secret] = stored.settings[secret];
  }
  return { ...fresh, settings };
}

function secretsOf(kind: string): readonly string[] {
  try {
    return outputKindOf(kind).secrets ?? [];
  } catch {
    // Of a kind that does not exist; the schema says so.
    return [];
  }
}

function destinationOf({ kind, settings }: OutputSettings): string {
  return outputKindOf(kind).destinationOf?.(settings) ?? '';
}

/** `password` → `hasPassword`. */
function markOf(secret: string): string {
  return `has${secret.charAt(0).toUpperCase()}${secret.slice(1)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
