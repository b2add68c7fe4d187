import { join } from 'node:path';
import { SipsirenError, messageOf } from '../base/errors.js';
import { AtomicFile } from '../store/atomic-file.js';
import { type Migration, type ReadDocument, readDocument } from './config-document.js';
import { CONFIG_FILE } from './config-file.js';
import type { DocumentCheck } from './config-store.js';
import type { Problem } from './problem.js';
import type { AnySection, DocumentOf } from './section.js';

/** Looks whether a device would start with the folder's configuration as it is, and changes nothing. */
export async function checkDataFolder<const Sections extends readonly AnySection[]>(
  folder: string,
  options: {
    readonly sections: Sections;
    readonly checks?: readonly DocumentCheck<DocumentOf<Sections>>[];
    readonly migrations?: readonly Migration[];
  },
): Promise<readonly Problem[]> {
  const path = join(folder, CONFIG_FILE);
  try {
    const text = await new AtomicFile(path).read();
    if (text === undefined) return [{ path, message: 'there is no configuration in this folder' }];
    const read = readDocument(text, { sections: options.sections, migrations: options.migrations ?? [] });
    return [...read.problems, ...unknownParts(read), ...contradictions(read, options.checks ?? [])];
  } catch (error) {
    const accepted = error instanceof SipsirenError ? error.accepted : undefined;
    return [{ path, message: messageOf(error), ...(accepted !== undefined && { accepted }) }];
  }
}

function unknownParts({ unknown }: ReadDocument): readonly Problem[] {
  return unknown.map((path) => ({ path, message: 'there is no such part; the next change drops it' }));
}

function contradictions<Document>(
  read: ReadDocument,
  checks: readonly DocumentCheck<Document>[],
): readonly Problem[] {
  return read.problems.length > 0 ? [] : checks.flatMap((check) => check(read.sections as Document));
}
