/** What a source may still send: so much at once, and so much more each second. Times are milliseconds of a clock. */
export interface Allowance {
  left: number;
  at: number;
  /** What came beyond, since it was last used with all of it left. */
  beyond: number;
}

export interface AllowanceTerms {
  readonly perSecond: number;
  readonly burst: number;
}

export function fullAllowance(terms: AllowanceTerms, now: number): Allowance {
  return { left: terms.burst, at: now, beyond: 0 };
}

/** Takes one; false where none is left. */
export function takeOne(allowance: Allowance, { perSecond, burst }: AllowanceTerms, now: number): boolean {
  const left = Math.min(burst, allowance.left + ((now - allowance.at) * perSecond) / 1_000);
  allowance.at = now;
  if (left === burst) allowance.beyond = 0;
  if (left < 1) {
    allowance.left = left;
    allowance.beyond += 1;
    return false;
  }
  allowance.left = left - 1;
  return true;
}
