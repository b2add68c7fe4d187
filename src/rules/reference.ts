/** What a rule can name that stands elsewhere in the configuration. */
export type ReferenceTo =
  | 'profile'
  | 'account'
  | 'contact'
  | 'rule'
  | 'dtmfSequence'
  | 'digitalInput'
  | 'digitalOutput'
  | 'manualTrigger'
  | 'schedule'
  | 'pulse'
  | 'heartbeat'
  | 'output'
  | 'certificate'
  | 'statefulSubscription'
  | 'statelessSubscription'
  | 'recipient';

/** A field of a condition or an action that names something. */
export interface Reference {
  readonly to: ReferenceTo;
  /** Its id; of a profile its name. */
  readonly id: string;
  /** The field of the settings that names it; one within another with a dot: `play.profile`. */
  readonly field: string;
}

/** The reference that a field makes; none where it is left out. */
export function referenceTo(to: ReferenceTo, field: string, id: string | undefined): readonly Reference[] {
  return id === undefined || id === '' ? [] : [{ to, field, id }];
}
