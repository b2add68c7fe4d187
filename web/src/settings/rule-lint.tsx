import type { Finding } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';
import { useResource } from './use-resource.js';

/** What a person should look at in the rules, the worst first. */
export function RuleLint({ changes }: { readonly changes: number }) {
  const { answer: findings = [] } = useResource<readonly Finding[]>('/rule-lint', changes);
  const texts = TEXTS.rules;
  if (findings.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="lint-title">
      <h2 id="lint-title">{texts.lint}</h2>
      <ul className="rows">
        {findings.map(({ code, severity, rules, text, advice }) => (
          <li key={`${code} ${rules.join(' ')} ${text}`}>
            <span className="grow">
              <span className={severity === 'note' ? 'badge' : 'badge bad'}>
                {texts.severities[severity]}
              </span>{' '}
              {text}
              <span className="hint block">{advice}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
