import type { Outcome } from './use-performing.js';

/** What came of something that was tried, line by line. */
export function OutcomeLines({ outcome }: { readonly outcome: Outcome | undefined }) {
  if (!outcome) return null;
  return (
    <span className={outcome.isFailed ? 'refusal block' : 'hint block'} role="status">
      {outcome.lines.map((line, index) => (
        <span key={`${index} ${line}`} className="block told">
          {line}
        </span>
      ))}
    </span>
  );
}
