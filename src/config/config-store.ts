import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.js';
import { Emitter, type Unsubscribe } from '../base/emitter.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { AtomicFile } from '../store/atomic-file.js';
import { type DocumentFormat, type Migration, writeDocument } from './config-document.js';
import { CONFIG_FILE } from './config-file.js';
import { InvalidValueError } from './invalid-value-error.js';
import { loadDocument, type LoadedDocument } from './load-document.js';
import type { Problem } from './problem.js';
import { problemsOf } from './problems-of.js';
import type { AnySection, DocumentOf } from './section.js';

/** Looks at the document as a whole: what one section says of another. */
export type DocumentCheck<Document> = (document: Document) => readonly Problem[];

export type ConfigStoreOptions<Sections extends readonly AnySection[]> = {
  /** The data folder; made where it does not exist. */
  readonly folder: string;
  readonly sections: Sections;
  /** Checked at every change. Default: none. */
  readonly checks?: readonly DocumentCheck<DocumentOf<Sections>>[];
  /** Default: none, which makes the format's version 1. */
  readonly migrations?: readonly Migration[];
  /** What a folder that has never held a configuration starts with, instead of the defaults of its sections. */
  readonly initial?: Partial<DocumentOf<Sections>>;
  readonly clock: Clock;
  readonly log: Log;
};

/** One change that is on the disk. */
export type ConfigChange<Document> = {
  /** Only the sections whose value is another. */
  readonly sections: readonly (keyof Document & string)[];
  readonly next: Document;
  readonly previous: Document;
};

/** Where the configuration came from when it was opened; everything but `stored` and `new` calls for a person. */
export type ConfigOrigin = LoadedDocument['origin'];

/**
 * The configuration: one document of validated sections in `config.json`. What `get` returns is frozen, valid
 * and on the disk. Changes happen one after the other, each wholly or not at all.
 */
export class ConfigStore<Document extends object> {
  readonly origin: ConfigOrigin;
  /** What was wrong when the configuration was opened, for the status; empty when all was well. */
  readonly problems: readonly string[];
  readonly #file: AtomicFile;
  readonly #format: DocumentFormat;
  readonly #checks: readonly DocumentCheck<Document>[];
  readonly #log: Log;
  readonly #changes = new Emitter<ConfigChange<Document>>();
  #document: Document;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    file: AtomicFile,
    loaded: LoadedDocument,
    options: Pick<ConfigStoreOptions<readonly AnySection[]>, 'log'> & {
      readonly format: DocumentFormat;
      readonly checks: readonly DocumentCheck<Document>[];
    },
  ) {
    this.#file = file;
    this.#format = options.format;
    this.#checks = options.checks;
    this.#log = options.log;
    this.origin = loaded.origin;
    this.problems = loaded.complaints;
    this.#document = deepFreeze(loaded.document) as Document;
  }

  /**
   * Reads the folder's configuration. A damaged one is kept aside and the last good copy stands in for it,
   * then whatever single sections are good, then the defaults: an alarm device that starts on defaults and
   * says so is worth more than one that does not start. Throws CONFIG_TOO_NEW and, for a folder that cannot
   * be made, STORAGE_FAILED.
   */
  static async open<const Sections extends readonly AnySection[]>(
    options: ConfigStoreOptions<Sections>,
  ): Promise<ConfigStore<DocumentOf<Sections>>> {
    const file = new AtomicFile(`${options.folder}/${CONFIG_FILE}`);
    const format = { sections: options.sections, migrations: options.migrations ?? [] };
    const log = options.log.room('config');
    const loaded = await loadDocument(file, {
      format,
      initial: options.initial ?? {},
      clock: options.clock,
      log,
    });
    const store = new ConfigStore<DocumentOf<Sections>>(file, loaded, {
      format,
      checks: options.checks ?? [],
      log,
    });
    store.#reportContradictions();
    return store;
  }

  get<Name extends keyof Document>(section: Name): Document[Name] {
    return this.#document[section];
  }

  /** Every section at one instant. */
  get document(): Document {
    return this.#document;
  }

  /**
   * Gives a section a new value; resolves with it, as the schema read it, when it is on the disk and everybody
   * was told. Throws INVALID_VALUE with every problem, or STORAGE_FAILED; then the old value still stands.
   */
  async update<Name extends keyof Document & string>(
    section: Name,
    value: Document[Name] | ((current: Document[Name]) => Document[Name]),
  ): Promise<Document[Name]> {
    const next = await this.change((current) => {
      const fresh = isChanger(value) ? value(current[section]) : value;
      return { [section]: fresh } as unknown as Partial<Document>;
    });
    return next[section];
  }

  /**
   * Changes several sections in one step. The function sees the newest document and returns the sections
   * that change; what it throws is thrown here, and nothing changes. Other changes wait for it, also where it
   * takes time. Resolves and throws as `update` does.
   */
  change(changer: (current: Document) => Partial<Document> | Promise<Partial<Document>>): Promise<Document> {
    const done = this.#tail.then(() => this.#apply(changer));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Hears of every change of one section, after it is on the disk. */
  onChange<Name extends keyof Document & string>(
    section: Name,
    listener: (next: Document[Name], previous: Document[Name]) => void,
  ): Unsubscribe {
    return this.onAnyChange((change) => {
      if (change.sections.includes(section)) listener(change.next[section], change.previous[section]);
    });
  }

  /** Hears of every change once, whichever sections it has, after it is on the disk. */
  onAnyChange(listener: (change: ConfigChange<Document>) => void): Unsubscribe {
    return this.#changes.subscribe((change) => {
      try {
        listener(change);
      } catch (error) {
        this.#log.error('a change of the configuration was not taken over', {
          sections: change.sections,
          error: messageOf(error),
        });
      }
    });
  }

  /** Resolves when every change asked for so far is on the disk or has failed. */
  async close(): Promise<void> {
    await this.#tail;
  }

  async #apply(
    changer: (current: Document) => Partial<Document> | Promise<Partial<Document>>,
  ): Promise<Document> {
    const previous = this.#document;
    const next = { ...previous, ...this.#validated(await changer(previous)) };
    const sections = (Object.keys(next) as (keyof Document & string)[]).filter(
      (name) => !isDeepStrictEqual(next[name], previous[name]),
    );
    if (sections.length === 0) return previous;
    this.#refuseNewContradictions(next, previous);
    await this.#file.write(writeDocument(next, this.#format));
    this.#document = deepFreeze(next);
    this.#changes.emit({ sections, next, previous });
    return next;
  }

  #validated(fresh: Partial<Document>): Partial<Document> {
    const good: Record<string, unknown> = {};
    const problems: Problem[] = [];
    for (const [name, value] of Object.entries(fresh)) {
      const section = this.#format.sections.find((one) => one.name === name);
      const result = section?.schema.safeParse(value);
      if (!section || !result) problems.push({ path: name, message: 'there is no such section' });
      else if (result.success) good[name] = result.data;
      else problems.push(...problemsOf(result.error, { schema: section.schema, value, prefix: name }));
    }
    if (problems.length > 0) throw new InvalidValueError(problems);
    return good as Partial<Document>;
  }

  /** What contradicted itself before must not keep a person from mending it piece by piece. */
  #refuseNewContradictions(next: Document, previous: Document): void {
    const before = new Set(this.#contradictions(previous).map((problem) => problem.message));
    const fresh = this.#contradictions(next).filter((problem) => !before.has(problem.message));
    if (fresh.length > 0) throw new InvalidValueError(fresh);
  }

  #contradictions(document: Document): readonly Problem[] {
    return this.#checks.flatMap((check) => check(document));
  }

  #reportContradictions(): void {
    const problems = this.#contradictions(this.#document);
    if (problems.length > 0) this.#log.warn('the configuration contradicts itself', { problems });
  }
}

function isChanger<Value>(value: Value | ((current: Value) => Value)): value is (current: Value) => Value {
  return typeof value === 'function';
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
