import type { ProfileName } from '../base/ids.js';
import type { AlarmEvent } from '../events/device-event.js';
import type { Acknowledgement, Escalation } from './acknowledgement-schema.js';

/** That an output has shown or sounded an alarm; each counts once. */
export interface AlarmDelivery {
  /** The id of the output. */
  readonly output: string;
  readonly name: string;
  readonly kind: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** How an alarm that nobody acknowledges goes on. */
export interface AlarmEscalation extends Escalation {
  /** When it is due, or was, in milliseconds of the Unix epoch. */
  readonly dueAt: number;
  /** When the profile was started; none while it is not, or no more since the alarm was acknowledged. */
  readonly startedAt?: number;
}

/**
 * A profile that was started, until its light and its siren have ended.
 *
 *                 an output shows it            acknowledge
 *      raised ───────────────────────▶ delivered ─────────▶ acknowledged
 *         └──────────── not acknowledged in time: escalated, once ─┘
 *      any of them ── light and siren have ended ──▶ cleared
 *
 * It may be acknowledged before an output has shown it. Another start of an acknowledged one clears it and raises a
 * new one; another start of one that waits changes nothing.
 */
export interface Alarm {
  readonly id: string;
  readonly profile: ProfileName;
  readonly priority: number;
  /** Who started it and why, for a person. */
  readonly cause: string;
  /** Milliseconds since the Unix epoch. */
  readonly raisedAt: number;
  /** What acknowledging does; none where nobody is asked to. */
  readonly effect?: Acknowledgement['effect'];
  readonly delivered: readonly AlarmDelivery[];
  readonly escalation?: AlarmEscalation;
  readonly acknowledged?: { readonly by: string; readonly at: number; readonly note?: string };
  readonly cleared?: { readonly at: number; readonly cause: string };
}

export type AlarmState = AlarmEvent['state'];

export function stateOf({ cleared, acknowledged, effect }: Alarm): AlarmState {
  if (cleared) return 'cleared';
  if (acknowledged) return 'acknowledged';
  return effect === undefined ? 'unasked' : 'unacknowledged';
}
