import type { SourceBlockedEvent } from '../../events/device-event.js';
import type { SourceGuardSettings } from './source-guard-settings.js';

/** Why a source is blocked. */
export type BlockReason = SourceBlockedEvent['reason'];

/** What speaks against a source: what it certainly did itself. */
export type Offence = Exclude<BlockReason, 'byHand'>;

/** What a source has done and is not forgiven yet. Times are milliseconds of a clock. */
export interface Suspicion {
  readonly points: Readonly<Record<Offence, number>>;
  readonly at: number;
}

export const NO_SUSPICION: Suspicion = { points: { wrongPasswords: 0, scan: 0, flood: 0 }, at: -Infinity };

export interface SuspicionTerms {
  readonly settings: SourceGuardSettings;
  readonly now: number;
  /** How many times as much a source of this size may do. */
  readonly weight: number;
}

/** How many of each are forgiven in a second. */
type Forgiveness = Readonly<Record<Offence, number>>;

/**
 * One offence more. `block` once there are too many of one kind, and all is forgotten with that:
 *
 *     trusted ──offence──▶ suspected ──too many──▶ blocked (source-blocks.ts)
 *        ◀──────time──────────┘
 */
export function nextSuspicion(
  before: Suspicion,
  offence: Offence,
  { settings, now, weight }: SuspicionTerms,
): { readonly suspicion: Suspicion; readonly block: boolean } {
  const forgiven = forgivenPerSecond(settings);
  const most = mostOf(offence, settings);
  const passed = (now - before.at) / 1_000;
  const left = (kind: Offence) => {
    const points = before.points[kind];
    return points === 0 ? 0 : Math.max(0, points - passed * forgiven[kind]);
  };
  const points = { wrongPasswords: left('wrongPasswords'), scan: left('scan'), flood: left('flood') };
  points[offence] += 1;
  return points[offence] >= most * weight - FORGIVEN_IN_A_ROW
    ? { suspicion: NO_SUSPICION, block: true }
    : { suspicion: { points, at: now }, block: false };
}

/** As much as time forgives of offences that follow on each other. */
const FORGIVEN_IN_A_ROW = 0.5;

function forgivenPerSecond({ requestsPerSecond }: SourceGuardSettings): Forgiveness {
  return { wrongPasswords: 1 / 20, scan: 1 / 10, flood: requestsPerSecond / 4 };
}

function mostOf(offence: Offence, { wrongPasswords, refusedRequests, burst }: SourceGuardSettings): number {
  switch (offence) {
    case 'wrongPasswords':
      return wrongPasswords;
    case 'scan':
      return refusedRequests;
    case 'flood':
      return Math.max(10, burst / 2);
  }
}
