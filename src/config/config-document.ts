import { SipsirenError, messageOf } from '../base/errors.js';
import type { Problem } from './problem.js';
import { problemsOf } from './problems-of.js';
import type { AnySection } from './section.js';

/** Turns a stored document of one version into the next. Pure; sections it does not know stay as they are. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** How stored text becomes a document. */
export type DocumentFormat = {
  readonly sections: readonly AnySection[];
  /** The first takes version 1 to 2, the second 2 to 3, and so on; their number gives the current version. */
  readonly migrations: readonly Migration[];
};

/** What was found in stored text. */
export type ReadDocument = {
  /** The sections that are good; one that the text does not have takes its defaults. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** What is wrong; none means that the whole text is good. */
  readonly problems: readonly Problem[];
  /** Keys that no section owns. */
  readonly unknown: readonly string[];
};

/** The version that documents of this format are written in. */
function currentVersion(format: DocumentFormat): number {
  return format.migrations.length + 1;
}

/** Reads stored text section by section. Throws CONFIG_TOO_NEW where a newer version of the product wrote it. */
export function readDocument(text: string, format: DocumentFormat): ReadDocument {
  const raw = parseObject(text);
  if (!raw) return corrupt('the file does not hold a JSON object');
  const version = raw['version'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return corrupt('the version is missing', {
      path: 'version',
      accepted: `a whole number from 1 to ${currentVersion(format)}`,
    });
  }
  if (version > currentVersion(format)) throw tooNew(version, currentVersion(format));
  try {
    return readSections(migrate(raw, version, format), format.sections);
  } catch (error) {
    return corrupt(`the step to a newer version failed: ${messageOf(error)}`);
  }
}

/** The text to store. */
export function writeDocument(sections: Readonly<Record<string, unknown>>, format: DocumentFormat): string {
  return `${JSON.stringify({ version: currentVersion(format), ...sections }, undefined, 2)}\n`;
}

function migrate(
  raw: Readonly<Record<string, unknown>>,
  version: number,
  format: DocumentFormat,
): Readonly<Record<string, unknown>> {
  return format.migrations.slice(version - 1).reduce((document, step) => step(document), raw);
}

function readSections(raw: Readonly<Record<string, unknown>>, sections: readonly AnySection[]): ReadDocument {
  const good: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const section of sections) {
    if (!Object.hasOwn(raw, section.name)) {
      good[section.name] = section.defaults;
      continue;
    }
    const { schema, name } = section;
    const value = raw[name];
    const result = schema.safeParse(value);
    if (result.success) good[name] = result.data;
    else problems.push(...problemsOf(result.error, { schema, value, prefix: name }));
  }
  const names = new Set(['version', ...sections.map((section) => section.name)]);
  return { sections: good, problems, unknown: Object.keys(raw).filter((key) => !names.has(key)) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function corrupt(
  message: string,
  more: { readonly path?: string; readonly accepted?: string } = {},
): ReadDocument {
  return { sections: {}, problems: [{ path: '', message, ...more }], unknown: [] };
}

function tooNew(found: number, known: number): SipsirenError {
  return new SipsirenError(
    'CONFIG_TOO_NEW',
    `The stored configuration has version ${found}, and this version of sipsiren knows up to ${known}. ` +
      'Start the newer sipsiren, or another data folder; nothing was changed.',
    { path: 'version', accepted: `1 to ${known}` },
  );
}
