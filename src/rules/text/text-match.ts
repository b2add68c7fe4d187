import { TextExpression } from './text-expression.js';

/** How a text is compared. */
export type TextMatching = 'exact' | 'contains' | 'expression';

export interface TextMatchSettings {
  readonly text: string;
  readonly match: TextMatching;
  readonly ignoreCase: boolean;
}

/** Compiles a comparison; spaces around the text do not count. Throws INVALID_VALUE for an expression that cannot be used. */
export function compileTextMatch({ text, match, ignoreCase }: TextMatchSettings): (given: string) => boolean {
  if (match === 'expression') {
    const expression = new TextExpression(text, { ignoreCase });
    return (given) => expression.fits(given.trim());
  }
  const fold = (value: string): string => (ignoreCase ? value.trim().toLowerCase() : value.trim());
  const wanted = fold(text);
  return match === 'exact' ? (given) => fold(given) === wanted : (given) => fold(given).includes(wanted);
}
