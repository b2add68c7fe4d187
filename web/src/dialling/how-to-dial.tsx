import type { Rule, StatusView } from '../../../src/control/page-data.js';
import { TEXTS } from '../texts.js';

type ListeningPoint = StatusView['listening'][number];

const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const DEFAULT_PORT = 5060;

/** What to dial, and what each extension does. */
export function HowToDial({
  rules,
  status,
}: {
  readonly rules: readonly Rule[];
  readonly status: StatusView | undefined;
}) {
  const points = status?.listening ?? [];
  const host = hostToDial(points);
  const extensions = rules.filter((rule) => rule.enabled).flatMap(extensionsOf);
  return (
    <section className="panel" aria-labelledby="dialling-title">
      <h2 id="dialling-title">{TEXTS.dialling.title}</h2>
      {points.length === 0 ? (
        <p className="empty">{TEXTS.dialling.off}</p>
      ) : (
        <>
          <p className="hint">{extensions.length === 0 ? TEXTS.dialling.noRules : TEXTS.dialling.intro}</p>
          <ul className="rows">
            {extensions.map(({ extension, profile }) => (
              <li key={`${extension} ${profile}`}>
                <code className="grow">{`sip:${extension}@${host}`}</code>
                <span>{TEXTS.dialling.runs(profile)}</span>
              </li>
            ))}
          </ul>
          <p className="hint">
            {TEXTS.dialling.listening} {[...new Set(points.map(pointText))].join(', ')}.
          </p>
        </>
      )}
    </section>
  );
}

/** The extensions a rule waits for, where it names single ones. */
function extensionsOf(rule: Rule): readonly { readonly extension: string; readonly profile: string }[] {
  const profile = rule.actions.find((action) => action.run !== 'stop')?.profile;
  if (profile === undefined) return [];
  const dialled = rule.conditions
    .flatMap((condition) => condition.localUri?.split(',') ?? [])
    .map((text) => text.trim());
  return dialled
    .filter((text) => /^[\w.+#*]+$/.test(text) && text !== '*')
    .map((extension) => ({ extension, profile }));
}

function hostToDial(points: readonly ListeningPoint[]): string {
  const [point] = points;
  if (!point) return location.hostname;
  const address = ANY_ADDRESS.has(point.address) ? location.hostname : bracketed(point.address);
  return point.port === DEFAULT_PORT ? address : `${address}:${point.port}`;
}

function pointText({ protocol, address, port }: ListeningPoint): string {
  return `${protocol.toUpperCase()} ${ANY_ADDRESS.has(address) ? TEXTS.dialling.everyAddress : bracketed(address)}, port ${port}`;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
