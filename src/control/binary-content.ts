/** The answer of a query that is not data but a file. */
export type BinaryContent = {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Whether it changes only with the version of the product, so that it may be kept. Default false. */
  readonly isLasting?: boolean;
};
