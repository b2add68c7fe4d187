import { TEXTS } from '../texts.js';
import { DocumentPanel } from './document-panel.js';
import { ListPanel } from './list-panel.js';
import { RuleLint } from './rule-lint.js';
import { RuleTrial } from './rule-trial.js';
import { SECTIONS } from './section.js';
import { useApiSchemas } from './use-api-schemas.js';

/** Everything that can be set, a menu on the left and one section beside it. */
export function SettingsPage({ section, changes }: { readonly section: string; readonly changes: number }) {
  const schemas = useApiSchemas();
  const [first] = SECTIONS;
  if (!schemas) return <p className="empty">{TEXTS.settings.reading}</p>;
  const there = SECTIONS.filter(({ path }) => schemas.has(path));
  const shown = there.find(({ id }) => id === section) ?? first;
  return (
    <div className="settings">
      <nav aria-label={TEXTS.settings.title}>
        <ul>
          {there.map(({ id, title }) => (
            <li key={id}>
              <a href={`#/settings/${id}`} aria-current={id === shown?.id ? 'page' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {shown?.kind === 'list' && (
        <ListPanel key={shown.id} section={shown} schemas={schemas} changes={changes} />
      )}
      {shown?.id === 'rules' && (
        <div className="column second">
          <RuleLint changes={changes} />
          <RuleTrial />
        </div>
      )}
      {shown?.kind === 'document' && (
        <DocumentPanel key={shown.id} section={shown} schemas={schemas} changes={changes} />
      )}
    </div>
  );
}
