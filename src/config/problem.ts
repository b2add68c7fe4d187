/** One thing that is wrong with a value somebody gave. */
export type Problem = {
  /** Where it is: `profiles[2].priority`; empty for the value as a whole. */
  readonly path: string;
  /** What is wrong, for a person. */
  readonly message: string;
  /** What would have been accepted, for a person: `a whole number from 1 to 10`. */
  readonly accepted?: string;
};
