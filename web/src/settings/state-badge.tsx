/** States in which all is well, and in which it is not. */
const GOOD: ReadonlySet<string> = new Set(['ok', 'connected', 'alive', 'on', 'active']);
const BAD: ReadonlySet<string> = new Set(['failing', 'failed', 'lost']);

/** How something does, in a word, and what is wrong with it. */
export function StateBadge({
  state,
  error,
}: {
  readonly state: string;
  readonly error?: string | undefined;
}) {
  const className = GOOD.has(state) ? 'good' : BAD.has(state) || error !== undefined ? 'bad' : '';
  return <span className={`badge ${className}`}>{error === undefined ? state : `${state}: ${error}`}</span>;
}
