import { occurrenceLines, type Occurrences } from '../forms/occurrence-text.js';
import { TEXTS } from '../texts.js';

/** When a schedule comes next, ten times. */
export function NextTimes({ times }: { readonly times: Occurrences }) {
  const [first, ...rest] = occurrenceLines(times);
  if (rest.length === 0) return <span className="hint block">{first}</span>;
  return (
    <details>
      <summary>{TEXTS.settings.next}</summary>
      <p className="hint">{first}</p>
      <ul className="times">
        {rest.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
