import { useId, useState } from 'react';
import type { Explanation } from '../../../src/control/page-data.js';
import { Refusal, tell } from '../api/device-api.js';
import { TEXTS } from '../texts.js';

type Answer = { readonly actions: readonly string[]; readonly rules: readonly Explanation[] };
type Shown = { readonly refusal: string } | Answer;

/** What a call would set off, rule by rule and why, without setting anything off. */
export function RuleTrial() {
  const id = useId();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [at, setAt] = useState('');
  const [shown, setShown] = useState<Shown>();
  const texts = TEXTS.rules;
  const ask = async () => {
    try {
      const call = { to, state: 'Active', ...(from !== '' && { from }) };
      // The browser's own time zone: a person means the time that is on the wall.
      const when = at === '' ? {} : { at: new Date(at).toISOString() };
      setShown((await tell('POST', '/rule-dry-run', { call, ...when })) as Answer);
    } catch (error) {
      setShown({ refusal: error instanceof Refusal ? error.message : TEXTS.noAnswer });
    }
  };
  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{texts.trial}</h2>
      <form
        className="form trial"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <label>
          {texts.from}
          <input
            value={from}
            placeholder="sip:guard@10.0.0.5"
            onChange={(event) => setFrom(event.target.value)}
          />
        </label>
        <label>
          {texts.to}
          <input value={to} required placeholder="1001" onChange={(event) => setTo(event.target.value)} />
        </label>
        <label>
          {texts.at}
          <input type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} />
        </label>
        <button type="submit">{texts.ask}</button>
      </form>
      {shown && 'refusal' in shown && <p className="refusal">{shown.refusal}</p>}
      {shown && 'actions' in shown && (
        <div role="status">
          <p>{shown.actions.length === 0 ? texts.nothing : texts.would}</p>
          <ul className="plain">
            {shown.actions.map((action) => (
              <li key={action}>{action}</li>
            ))}
          </ul>
          <details>
            <summary>{texts.why}</summary>
            {shown.rules.map(({ rule, text }) => (
              <p key={rule} className="hint explanation">
                {text}
              </p>
            ))}
          </details>
        </div>
      )}
    </section>
  );
}
