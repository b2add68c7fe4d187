import type { Services } from './services.js';

/** Whether one of the device's own activities is there. */
export type OwnActivityView = {
  readonly active: boolean;
  /** Whole seconds; none where it goes on until it is ended. */
  readonly secondsLeft?: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt?: number;
  /** Who started it and why, for a person. */
  readonly cause?: string;
};

export function ownActivityView(
  { siren }: Pick<Services, 'siren'>,
  purpose: 'maintenance' | 'identify',
): OwnActivityView {
  const activity = siren.own(purpose);
  if (!activity) return { active: false };
  const { secondsLeft, startedAt, cause } = activity;
  return { active: true, ...(secondsLeft !== undefined && { secondsLeft }), startedAt, cause };
}
