import type { Rule } from '../rule.js';
import type { ComesBack } from '../rule-graph.js';

/** Error: it can never work. Warning: it will not do what was probably meant. Note: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** Something about rules that a person should look at. Plain data. */
export interface Finding {
  /** Stable: `neverStopped`. */
  readonly code: string;
  readonly severity: Severity;
  /** The ids of the rules that it is about. */
  readonly rules: readonly string[];
  /** What is wrong, for a person. */
  readonly text: string;
  /** What to do. */
  readonly advice: string;
}

/** What is known of the rest of the configuration. */
export interface LintContext {
  readonly profiles: readonly {
    readonly name: string;
    readonly priority: number;
    /** It goes on until it is stopped. */
    readonly isContinuous: boolean;
    readonly hasLight: boolean;
    readonly hasSiren: boolean;
  }[];
  readonly accounts: readonly {
    readonly id: string;
    readonly isActive: boolean;
    readonly isRegistered: boolean;
    readonly userId: string;
  }[];
  readonly takesIncomingCalls: boolean;
  /** Schedules and pulses that will not come (again). */
  readonly emptySchedules: readonly string[];
  /** Whether what a recipient is told comes back to the device. */
  readonly comesBack: ComesBack;
  /** What rules name and is not there: the rule's id, and what for a person. */
  readonly missing: readonly { readonly rule: string; readonly what: string }[];
}

/** One thing that is looked for; enabled rules only. */
export type LintCheck = (rules: readonly Rule[], context: LintContext) => readonly Finding[];
