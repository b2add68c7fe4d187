import type { ZodType } from 'zod';

/** One part of the configuration: the room that owns it gives the schema, this room stores it. */
export type Section<Name extends string, Value> = {
  /** Its key in `config.json`. */
  readonly name: Name;
  readonly schema: ZodType<Value>;
  /** What a new data folder gets, and what stands in for a section that cannot be read. */
  readonly defaults: Value;
};

/** Any section, where the type of its value does not matter. */
export type AnySection = Section<string, unknown>;

/** The document that sections make together: `{ profiles: Profile[], rules: Rule[] }`. */
export type DocumentOf<Sections extends readonly AnySection[]> = {
  readonly [One in Sections[number] as One['name']]: One['defaults'];
};

/** Declares a section; keeps its name and the type of its value. */
export function defineSection<const Name extends string, Value>(
  section: Section<Name, Value>,
): Section<Name, Value> {
  return section;
}
