import type { Rule, StatusView } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';

/** What to dial, and what each extension does. */
export function HowToDial({
  rules,
  status,
}: {
  readonly rules: readonly Rule[];
  readonly status: StatusView | undefined;
}) {
  const [host, ...otherHosts] = status?.dial ?? [];
  const protocols = new Set(status?.listening.map(({ protocol }) => protocol.toUpperCase()));
  const extensions = rules.filter((rule) => rule.enabled).flatMap(extensionsOf);
  return (
    <section className="panel" aria-labelledby="dialling-title">
      <h2 id="dialling-title">{TEXTS.dialling.title}</h2>
      {status !== undefined && host === undefined ? (
        <p className="empty">{TEXTS.dialling.off}</p>
      ) : (
        <>
          <p className="hint">{extensions.length === 0 ? TEXTS.dialling.noRules : TEXTS.dialling.intro}</p>
          <ul className="rows">
            {extensions.map(({ extension, profile }) => (
              <li key={`${extension} ${profile}`}>
                <code className="grow">{`sip:${extension}@${host ?? ''}`}</code>
                <span>{TEXTS.dialling.runs(profile)}</span>
              </li>
            ))}
          </ul>
          {host !== undefined && (
            <p className="hint">
              {TEXTS.dialling.listening([...protocols].join(TEXTS.dialling.or))}
              {otherHosts.length > 0 && ` ${TEXTS.dialling.also(otherHosts.join(', '))}`}
            </p>
          )}
        </>
      )}
    </section>
  );
}

/** The extensions a rule waits for, where it names single ones. */
function extensionsOf(rule: Rule): readonly { readonly extension: string; readonly profile: string }[] {
  const started = rule.actions.find((action) => action.kind === 'siren.profile' && action.run !== 'stop');
  if (started?.kind !== 'siren.profile') return [];
  const { profile } = started;
  const dialled = rule.conditions
    .flatMap((condition) => ('localUri' in condition ? (condition.localUri?.split(',') ?? []) : []))
    .map((text) => text.trim());
  return dialled
    .filter((text) => /^[\w.+#*]+$/.test(text) && text !== '*')
    .map((extension) => ({ extension, profile }));
}
