/** The answer of a query that is not data but a file. */
export type BinaryContent = {
  readonly contentType: string;
  readonly bytes: Uint8Array;
};
