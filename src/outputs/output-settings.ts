/** One configured output. */
export interface OutputSettings {
  readonly id: string;
  /** For people; need not be unique. */
  readonly name: string;
  readonly kind: string;
  /** Off: it is left alone. */
  readonly enabled: boolean;
  /** As the kind's schema has it. */
  readonly settings: Readonly<Record<string, unknown>>;
}
