/** A URI of another scheme (`tel:`, `urn:`, …) or one that nobody knows: an immutable value. */
export class OpaqueUri {
  readonly kind = 'opaque';
  /** In lower case. */
  readonly scheme: string;
  /** What stands behind the colon, as it is written. */
  readonly rest: string;

  constructor(scheme: string, rest: string) {
    this.scheme = scheme;
    this.rest = rest;
  }

  toString(): string {
    return `${this.scheme}:${this.rest}`;
  }
}
