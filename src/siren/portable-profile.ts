import type { Problem } from '../config/problem.js';
import { problemsOf } from '../config/problems-of.js';
import { MAX_REPETITIONS, MAX_SECONDS } from './limits.js';
import { type Profile, profileSchema } from './profile.js';

/** How long a function of a profile lasts, in files; one that has none runs until it is stopped. */
export interface PortableDuration {
  readonly unit: 'seconds' | 'repetitions';
  readonly value: number;
}

type Shared = { readonly duration?: PortableDuration; readonly priority: number };

/**
 * A profile as it stands in a file that devices of this kind exchange: duration and priority are those of each
 * function, whereas a profile of ours has one of each.
 */
export interface PortableProfile {
  readonly name: string;
  readonly description: string;
  readonly light?: NonNullable<Profile['light']> & Shared;
  readonly siren?: Omit<NonNullable<Profile['siren']>, 'speech'> & Shared;
  /** What only our profiles have; other devices pass over it. */
  readonly sipsiren?: Own;
}

type Own = Pick<Profile, 'acknowledgement' | 'caller'> & {
  readonly speech?: NonNullable<Profile['siren']>['speech'];
};

/** A profile, or what is wrong with it. */
export type ReadProfile =
  | { readonly profile: Profile; readonly problems: readonly [] }
  | { readonly profile?: undefined; readonly problems: readonly Problem[] };

type Block = Readonly<Record<string, unknown>>;

/** What the functions say for themselves and a profile has once. */
type SharedField = 'duration' | 'priority';

const FUNCTIONS = ['light', 'siren'] as const;

/** Fields that real files also hold as text: `"intensity": "5"`. */
const NUMERIC = new Set(['speed', 'intensity', 'priority', 'value']);

export function toPortable({
  name,
  description,
  light,
  siren,
  duration,
  priority,
  acknowledgement,
  caller,
}: Profile): PortableProfile {
  const lasting = portableDuration(duration);
  const shared = { ...(lasting && { duration: lasting }), priority };
  const { speech, ...sound } = siren ?? {};
  const own = {
    ...(acknowledgement && { acknowledgement }),
    ...(caller && { caller }),
    ...(speech && { speech }),
  };
  return {
    name,
    description,
    ...(light && { light: { ...light, ...shared } }),
    ...(siren && { siren: { ...(sound as typeof siren), ...shared } }),
    ...(Object.keys(own).length > 0 && { sipsiren: own }),
  };
}

/**
 * Reads a profile of a file, in the form of `toPortable` or with one duration and priority as the API has them.
 * Patterns and colours may be spelled freely and numbers be text. Every problem is named, by its place in the file
 * below `path`.
 */
export function readPortable(file: Block, path: string): ReadProfile {
  const raw = withOwn(file);
  const problems: Problem[] = [];
  const blocks = FUNCTIONS.flatMap((name) => {
    const block = raw[name];
    return isBlock(block) ? [{ name, block }] : [];
  });
  const sources = {
    duration: sourceOf('duration', raw, blocks, path, problems),
    priority: sourceOf('priority', raw, blocks, path, problems),
  };
  const duration = durationFrom(sources.duration, path, problems);
  const value = {
    ...raw,
    ...Object.fromEntries(blocks.map(({ name, block }) => [name, ownFields(block)])),
    duration,
    priority: numberOf(sources.priority.value),
  };
  const parsed = profileSchema.safeParse(value);
  if (!parsed.success) {
    for (const problem of problemsOf(parsed.error, { schema: profileSchema, value })) {
      problems.push({ ...problem, path: placeInFile(placeOfOwn(problem.path, file), sources, path) });
    }
  }
  if (parsed.success && problems.length === 0) return { profile: parsed.data, problems: [] };
  return { problems };
}

/** What only our profiles have stands apart in a file, so that other devices see nothing new where they look. */
function withOwn(file: Block): Block {
  const { sipsiren, ...raw } = file;
  if (!isBlock(sipsiren)) return file;
  const { speech, ...own } = sipsiren;
  const { siren } = raw;
  return {
    ...raw,
    ...own,
    ...(speech !== undefined && isBlock(siren) && { siren: { ...siren, speech } }),
  };
}

/** Where a field of `withOwn` stands in the file. */
function placeOfOwn(problemPath: string, { sipsiren }: Block): string {
  if (!isBlock(sipsiren)) return problemPath;
  const path = problemPath.startsWith('siren.speech') ? problemPath.slice('siren.'.length) : problemPath;
  const [field = ''] = path.split('.');
  return Object.hasOwn(sipsiren, field) ? `sipsiren.${path}` : problemPath;
}

function portableDuration(duration: Profile['duration']): PortableDuration | undefined {
  switch (duration.unit) {
    case 'continuous':
      return undefined;
    case 'time':
      return { unit: 'seconds', value: duration.seconds };
    case 'repetitions':
      return { unit: 'repetitions', value: duration.count };
  }
}

interface Source {
  /** Where it stands, within the profile. */
  readonly place: string;
  readonly value: unknown;
}

/** Where the profile's one duration or priority is taken from: the profile itself, or its functions, which must agree. */
function sourceOf(
  field: SharedField,
  raw: Block,
  blocks: readonly { readonly name: string; readonly block: Block }[],
  path: string,
  problems: Problem[],
): Source {
  if (raw[field] !== undefined && blocks.every(({ block }) => block[field] === undefined)) {
    return { place: field, value: raw[field] };
  }
  const [first, second] = blocks.map(({ name, block }) => ({
    place: `${name}.${field}`,
    value: block[field],
  }));
  // A priority has no meaning by its absence, as a duration has: said once it counts for both.
  if (field === 'priority' && first?.value === undefined && second) return second;
  if (field === 'priority' && second?.value === undefined && first) return first;
  if (first && second && !isAlike(field, first.value, second.value)) {
    problems.push({
      path: `${path}.${second.place}`,
      message: `differs from the ${field} of the light; a profile has one for both`,
      accepted: 'the same for light and siren, or two profiles',
    });
  }
  return first ?? { place: field, value: raw[field] };
}

function isAlike(field: SharedField, one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown => {
    if (field === 'priority') return numberOf(value);
    return isBlock(value) ? [value['unit'], numberOf(value['value'])] : value;
  };
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

/** The duration as a profile has it; one that is none of a file's is left to the schema to judge. */
function durationFrom({ place, value }: Source, path: string, problems: Problem[]): unknown {
  if (value === undefined) return undefined;
  if (!isBlock(value) || !('value' in value)) {
    if (place === 'duration') return value;
    problems.push({
      path: `${path}.${place}`,
      message: 'has the wrong type',
      accepted: 'an object with unit and value, or nothing for one that runs until it is stopped',
    });
    return undefined;
  }
  const { unit } = value;
  const amount = numberOf(value['value']);
  if (unit !== 'seconds' && unit !== 'repetitions') {
    problems.push({
      path: `${path}.${place}.unit`,
      message: 'is not one of the accepted values',
      accepted: 'seconds or repetitions',
    });
    return undefined;
  }
  const most = unit === 'seconds' ? MAX_SECONDS : MAX_REPETITIONS;
  if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1 || amount > most) {
    problems.push({
      path: `${path}.${place}.value`,
      message: `is not a number of ${unit} that a profile can last`,
      accepted: `a whole number from 1 to ${most}`,
    });
    return undefined;
  }
  return unit === 'seconds' ? { unit: 'time', seconds: amount } : { unit: 'repetitions', count: amount };
}

/** The fields of a light or a siren alone, numbers as numbers and colours in lower case. */
function ownFields(block: Block): Block {
  const own = Object.entries(block).filter(([name]) => name !== 'duration' && name !== 'priority');
  return Object.fromEntries(
    own.map(([name, value]) => {
      if (NUMERIC.has(name)) return [name, numberOf(value)];
      if (name === 'colors' && Array.isArray(value)) return [name, value.map(plainColor)];
      return [name, value];
    }),
  );
}

function plainColor(color: unknown): unknown {
  return typeof color === 'string' ? color.trim().toLowerCase() : color;
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value;
}

function placeInFile(
  problemPath: string,
  sources: Readonly<Record<SharedField, Source>>,
  path: string,
): string {
  for (const field of ['duration', 'priority'] as const) {
    if (problemPath === field || problemPath.startsWith(`${field}.`)) {
      return `${path}.${sources[field].place}${problemPath.slice(field.length)}`;
    }
  }
  return problemPath === '' ? path : `${path}.${problemPath}`;
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
