import { InvalidValueError } from '../config/invalid-value-error.js';

/**
 * Does a change of the configuration; what that refuses at the place `from` of the document is reported at the
 * place `to` of the input, which is the one that the caller knows.
 */
export async function relocatingProblems<Result>(
  change: () => Promise<Result>,
  place: { readonly from: () => string; readonly to: string },
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const from = place.from();
    throw new InvalidValueError(
      error.problems.map((problem) =>
        problem.path.startsWith(`${from}.`)
          ? { ...problem, path: place.to + problem.path.slice(from.length) }
          : problem,
      ),
    );
  }
}
