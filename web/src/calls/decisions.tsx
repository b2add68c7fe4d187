import { useState } from 'react';
import type { CallStatus, Explanation } from '../../../src/control/page-data.js';
import { inPath, read } from '../api/device-api.js';
import { TEXTS } from '../texts.js';
import { decisionKey, DecisionList } from './decision-list.js';

/** What the rules decided about a call: what it set off for all to see, the rest when somebody asks. */
export function Decisions({
  call,
  decisions,
}: {
  readonly call: CallStatus;
  readonly decisions: readonly Explanation[];
}) {
  if (decisions.length === 0) return <WhyNothing call={call} />;
  return (
    <>
      {decisions.filter(isEffect).map((decision) => (
        <p key={decisionKey(decision)} className="effect">
          {headlineOf(decision)}
        </p>
      ))}
      <details>
        <summary>{TEXTS.calls.why}</summary>
        <DecisionList decisions={decisions} />
      </details>
    </>
  );
}

/** For a call that no rule waited for: what each rule waits for instead, asked of the device only when wanted. */
function WhyNothing({ call }: { readonly call: CallStatus }) {
  const [told, setTold] = useState<readonly Explanation[] | 'failed'>();
  const ask = (isOpen: boolean) => {
    if (!isOpen) return;
    read<readonly Explanation[]>(`/rule-decisions?callId=${inPath(call.callId)}`).then(setTold, () =>
      setTold('failed'),
    );
  };
  return (
    <details onToggle={(event) => ask(event.currentTarget.open)}>
      <summary>{TEXTS.calls.whyNothing}</summary>
      {told === 'failed' && <p className="hint">{TEXTS.calls.whyFailed}</p>}
      {Array.isArray(told) && told.length === 0 && <p className="hint">{TEXTS.calls.noRule}</p>}
      {Array.isArray(told) && <DecisionList decisions={told} />}
    </details>
  );
}

function isEffect({ outcome }: Explanation): boolean {
  return outcome === 'activated';
}

/** What came of it, without the conditions, which stand below it. */
function headlineOf({ text, conditions }: Explanation): string {
  const [headline = '', ...rest] = text.split('\n');
  return [headline, ...rest.slice(conditions.length)].join(' ');
}
