interface Settings {
  readonly run: 'on' | 'off' | 'whileActive';
  readonly seconds?: number | undefined;
}

/** For `refine`: a time is only for what is turned on once. */
export const secondsOnlyForStarting: [
  (settings: Settings) => boolean,
  { readonly path: string[]; readonly error: string },
] = [
  ({ run, seconds }) => run === 'on' || seconds === undefined,
  { path: ['seconds'], error: 'are only for turning it on' },
];

/** For a person: `turn maintenance mode on for 60 s`. */
export function wordsOfOwnActivity(what: string, { run, seconds }: Settings): string {
  if (run === 'whileActive') return `${what} while the rule is active`;
  return `turn ${what} ${run}${seconds === undefined ? '' : ` for ${seconds} s`}`;
}
