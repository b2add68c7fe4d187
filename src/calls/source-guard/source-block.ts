import type { BlockReason } from './suspicion.js';
import type { SourceGuardSettings } from './source-guard-settings.js';

/** A source that is blocked, or was: how often is remembered for a day. Times are milliseconds of a clock. */
export interface SourceBlock {
  since: number;
  until: number;
  reason: BlockReason;
  /** How often it was blocked, this time counted. */
  times: number;
  /** What was dropped of it since it was blocked. */
  dropped: number;
  /** Whether its end was told. */
  isOver: boolean;
}

/** How long a source is blocked that is blocked for the n-th time, in milliseconds. */
export function blockLength(
  times: number,
  { blockSeconds, blockGrowth, maxBlockSeconds }: SourceGuardSettings,
): number {
  return Math.min(maxBlockSeconds, blockSeconds * blockGrowth ** (times - 1)) * 1_000;
}

const REASONS: Readonly<Record<BlockReason, string>> = {
  wrongPasswords: 'too many wrong passwords came from it',
  scan: 'it asked for too much that there is not, or that it may not have',
  flood: 'it sent far more than it may',
  byHand: 'somebody has blocked it',
};

/** Why a source is blocked, for people. */
export function reasonInWords(reason: BlockReason): string {
  return REASONS[reason];
}
