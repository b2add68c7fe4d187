import type { ProfileName } from '../base/ids.js';
import type { Activity } from './activity.js';
import type { Profile } from './profile.js';

const AFTER_RESTART = '; it goes on after a restart';

/** An activity as it was before a restart. */
export type RememberedActivity = {
  readonly profile: ProfileName | undefined;
  readonly priority: number;
  /** Milliseconds since it was started, the restart included. */
  readonly ageMs: number;
  /** In milliseconds from its start; none is until stopped. */
  readonly lasts: number | undefined;
  readonly cause: string;
  readonly owners: readonly string[];
} & (
  | { readonly function: 'light'; readonly content: NonNullable<Profile['light']> }
  | { readonly function: 'siren'; readonly content: NonNullable<Profile['siren']> }
);

/** The same activity as it is now, but for its id and content. */
export function revived(
  { profile, priority, ageMs, lasts, cause, owners }: RememberedActivity,
  now: number,
): Omit<Activity, 'id' | 'content'> {
  const startedAt = now - ageMs;
  const endsAt = lasts === undefined ? undefined : startedAt + lasts;
  const told = cause.endsWith(AFTER_RESTART) ? cause : cause + AFTER_RESTART;
  return { profile, priority, startedAt, phaseAt: startedAt, endsAt, cause: told, owners };
}
