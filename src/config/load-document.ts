import type { Clock } from '../base/clock.js';
import { SipsirenError, messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { AtomicFile } from '../store/atomic-file.js';
import { type DocumentFormat, type ReadDocument, readDocument, writeDocument } from './config-document.js';
import type { Problem } from './problem.js';

/** What a data folder gave. */
export type LoadedDocument = {
  readonly document: Readonly<Record<string, unknown>>;
  readonly origin:
    /** The folder had none; this is the initial one. */
    | 'new'
    | 'stored'
    /** The newest was damaged; this is the copy before it. */
    | 'lastGood'
    /** Both were damaged; this is every section that was good, and defaults for the others. */
    | 'salvaged'
    /** Nothing could be read. */
    | 'defaults';
  /** For a person: what was wrong and what was done. */
  readonly complaints: readonly string[];
};

export type LoadOptions = {
  readonly format: DocumentFormat;
  readonly initial: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly log: Log;
};

/** A file as it was found: not there, not readable, or read. */
type Found = {
  readonly path: string;
  readonly read?: ReadDocument;
  readonly text?: string;
  readonly failure?: string;
};

/** Finds the best document a folder has, and makes it the stored one. */
export async function loadDocument(file: AtomicFile, options: LoadOptions): Promise<LoadedDocument> {
  await prepare(file, options.log);
  const newest = await find(file.path, () => file.read(), options.format);
  if (newest.read && isGood(newest)) return stored(newest.read, file, options);
  const lastGood = await find(file.lastGoodPath, () => file.readLastGood(), options.format);
  if (isAbsent(newest) && isAbsent(lastGood)) return fresh(file, options);
  const complaints = [complaintOf(newest)];
  const loaded = pickBest(newest, lastGood, options.format, complaints);
  const aside = await keepDamaged(file, lastGood, options);
  if (aside.length > 0) complaints.push(`What was damaged is kept as ${aside.join(' and ')}.`);
  for (const complaint of complaints) options.log.error(complaint);
  await rewrite(file, loaded.document, options);
  return { ...loaded, complaints };
}

async function prepare(file: AtomicFile, log: Log): Promise<void> {
  try {
    await file.prepare();
  } catch (error) {
    // A folder on a disk that went read-only can still be read, and an alarm device starts while it can.
    if ((await file.read().catch(() => undefined)) === undefined) throw error;
    log.error(messageOf(error));
  }
}

async function find(
  path: string,
  read: () => Promise<string | undefined>,
  format: DocumentFormat,
): Promise<Found> {
  try {
    const text = await read();
    return text === undefined ? { path } : { path, text, read: readDocument(text, format) };
  } catch (error) {
    if (error instanceof SipsirenError) throw error;
    return { path, failure: messageOf(error) };
  }
}

function isAbsent(found: Found): boolean {
  return found.text === undefined && found.failure === undefined;
}

function isGood(found: Found): boolean {
  return found.read?.problems.length === 0;
}

function complaintOf(found: Found): string {
  if (found.failure !== undefined) return `${found.path} cannot be read: ${found.failure}.`;
  if (!found.read) return `${found.path} is missing.`;
  return `${found.path} is damaged: ${found.read.problems.map(problemText).join('; ')}.`;
}

function problemText(problem: Problem): string {
  return problem.path === '' ? problem.message : `${problem.path} ${problem.message}`;
}

function pickBest(
  newest: Found,
  lastGood: Found,
  format: DocumentFormat,
  complaints: string[],
): Pick<LoadedDocument, 'document' | 'origin'> {
  if (lastGood.read && isGood(lastGood)) {
    complaints.push(`The last good copy ${lastGood.path} is used instead; the newest change may be missing.`);
    return { document: lastGood.read.sections, origin: 'lastGood' };
  }
  complaints.push(complaintOf(lastGood));
  const salvaged = { ...lastGood.read?.sections, ...newest.read?.sections };
  const kept = Object.keys(salvaged);
  const document = { ...defaultsOf(format), ...salvaged };
  if (kept.length > 0) {
    complaints.push(
      `Only these parts could be kept: ${kept.join(', ')}. The others are on their defaults. CHECK THE SETTINGS.`,
    );
    return { document, origin: 'salvaged' };
  }
  complaints.push(
    'No part of the configuration can be read: the device runs on its defaults. RESTORE THE SETTINGS.',
  );
  return { document, origin: 'defaults' };
}

function defaultsOf(format: DocumentFormat): Record<string, unknown> {
  return Object.fromEntries(format.sections.map((section) => [section.name, section.defaults]));
}

async function fresh(file: AtomicFile, options: LoadOptions): Promise<LoadedDocument> {
  const document = { ...defaultsOf(options.format), ...options.initial };
  await file.write(writeDocument(document, options.format));
  return { document, origin: 'new', complaints: [] };
}

function stored(read: ReadDocument, file: AtomicFile, options: LoadOptions): LoadedDocument {
  if (read.unknown.length > 0) {
    options.log.warn(`${file.path} has parts that nobody knows; the next change drops them`, {
      parts: read.unknown,
    });
  }
  return { document: read.sections, origin: 'stored', complaints: [] };
}

/**
 * Keeps what is damaged under another name. It goes out of the way only where a good copy stands behind it: a
 * folder with nothing in it would pass for a new one, were the device stopped at this instant.
 */
async function keepDamaged(
  file: AtomicFile,
  lastGood: Found,
  options: LoadOptions,
): Promise<readonly string[]> {
  const suffix = `.corrupt-${new Date(options.clock.wallTime()).toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    return await (isGood(lastGood) ? file.setAside(suffix) : file.keepAside(suffix));
  } catch (error) {
    options.log.error(messageOf(error));
    return [];
  }
}

/** The recovered document becomes the stored one, so that the next start does not recover again. */
async function rewrite(
  file: AtomicFile,
  document: Readonly<Record<string, unknown>>,
  options: LoadOptions,
): Promise<void> {
  try {
    await file.write(writeDocument(document, options.format));
  } catch (error) {
    options.log.error(messageOf(error));
  }
}
