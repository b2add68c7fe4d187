import type { Explanation } from '../../../src/control/page-data.js';

/** What rules decided, one below the other, in words. */
export function DecisionList({ decisions }: { readonly decisions: readonly Explanation[] }) {
  return (
    <ol className="decisions">
      {decisions.map((decision) => (
        <li key={decisionKey(decision)} className={decision.outcome}>
          <time dateTime={new Date(decision.at).toISOString()}>
            {new Date(decision.at).toLocaleTimeString()}
          </time>{' '}
          {decision.text}
        </li>
      ))}
    </ol>
  );
}

export function decisionKey({ rule, at, eventSequence, outcome }: Explanation): string {
  return `${rule} ${at} ${eventSequence} ${outcome}`;
}
