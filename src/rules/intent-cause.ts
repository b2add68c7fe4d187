import type { RuleId } from '../base/ids.js';
import type { PublishedEvent } from '../events/device-event.js';

/** Which rule wants something, and what moved it; stands beside everything a rule does. */
export interface IntentCause {
  readonly rule: RuleId;
  readonly name: string;
  /** The event that moved the rule; none where a wait ended or the rules were changed. */
  readonly eventSequence?: number;
  /** The same event in full: placeholders and what is done to the causing call take it from here. */
  readonly published?: PublishedEvent;
  /** When it was decided, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** For a person: `rule "Evacuate on 1001"`. */
  readonly text: string;
}
