import { inPath } from '../api/device-api.js';
import type { Act } from '../api/use-act.js';
import { useResource } from '../settings/use-resource.js';
import { TEXTS } from '../texts.js';

type Trigger = { readonly id: string; readonly name: string; readonly active: boolean };
type VirtualInput = { readonly port: number; readonly name: string; readonly active: boolean };

/** Manual triggers to press, and the virtual inputs that somebody named or set. Nothing where there are none. */
export function InputsPanel({ changes, act }: { readonly changes: number; readonly act: Act }) {
  const { answer: triggers = [] } = useResource<readonly Trigger[]>('/manual-triggers', changes);
  const { answer: inputs = [] } = useResource<readonly VirtualInput[]>('/virtual-inputs', changes);
  const used = inputs.filter(({ name, active }) => active || name !== '');
  const texts = TEXTS.inputs;
  if (triggers.length + used.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="inputs-title">
      <h2 id="inputs-title">{texts.title}</h2>
      <ul className="rows">
        {triggers.map(({ id, name, active }) => (
          <InputRow
            key={id}
            name={name === '' ? id : name}
            isActive={active}
            onSet={(next) =>
              act('POST', `/manual-triggers/${inPath(id)}/state`, { state: next ? 'on' : 'off' })
            }
          />
        ))}
        {used.map(({ port, name, active }) => (
          <InputRow
            key={port}
            name={name === '' ? texts.virtual(port) : name}
            isActive={active}
            onSet={(next) => act('POST', `/virtual-inputs/${port}/${next ? 'activate' : 'deactivate'}`, {})}
          />
        ))}
      </ul>
    </section>
  );
}

function InputRow(props: {
  readonly name: string;
  readonly isActive: boolean;
  readonly onSet: (active: boolean) => void;
}) {
  const { name, isActive, onSet } = props;
  const texts = TEXTS.inputs;
  return (
    <li>
      <span className="grow">
        <strong>{name}</strong> {isActive && <span className="badge on">{texts.active}</span>}
      </span>
      <button type="button" aria-label={texts.setOf(!isActive, name)} onClick={() => onSet(!isActive)}>
        {isActive ? texts.off : texts.on}
      </button>
    </li>
  );
}
