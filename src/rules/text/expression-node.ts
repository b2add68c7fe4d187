/** Whether a character, given by its code point, is one of a set. */
export type CharacterSet = (code: number) => boolean;

export type Assertion = 'start' | 'end' | 'wordBoundary' | 'noWordBoundary';

/** A regular expression, read. */
export type ExpressionNode =
  | { readonly kind: 'character'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly nodes: readonly ExpressionNode[] }
  | { readonly kind: 'choice'; readonly nodes: readonly ExpressionNode[] }
  /** `most` undefined: without end. */
  | {
      readonly kind: 'repeat';
      readonly node: ExpressionNode;
      readonly least: number;
      readonly most: number | undefined;
    };
