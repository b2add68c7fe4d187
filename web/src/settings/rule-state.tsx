import { useState } from 'react';
import type { Explanation, RuleStatus } from '../../../src/control/page-data.js';
import { inPath, read } from '../api/device-api.js';
import { DecisionList } from '../calls/decision-list.js';
import { TEXTS } from '../texts.js';

/** So many decisions are told of one rule. */
const MOST = 10;

/** What a rule waits for and does, how it stands, and why, when somebody asks. */
export function RuleState({ status }: { readonly status: RuleStatus }) {
  const texts = TEXTS.rules;
  const { id, when, does, activeSince, lastActivated, changePending, loop } = status;
  return (
    <>
      <span className="hint block">
        {texts.when} {when.join(texts.and)}
      </span>
      <span className="hint block">
        {texts.does} {does.join(texts.and)}
      </span>
      {activeSince !== undefined && (
        <span className="hint block">{texts.activeSince(timeText(activeSince))}</span>
      )}
      {activeSince === undefined && lastActivated !== undefined && (
        <span className="hint block">{texts.lastActivated(timeText(lastActivated))}</span>
      )}
      {changePending && <span className="hint block">{texts.changePending}</span>}
      {loop && <span className="refusal block">{texts.loop(loop.detail)}</span>}
      <RuleWhy id={id} />
    </>
  );
}

function RuleWhy({ id }: { readonly id: string }) {
  const [told, setTold] = useState<readonly Explanation[] | 'failed'>();
  const ask = (isOpen: boolean) => {
    if (!isOpen) return;
    read<readonly Explanation[]>(`/rule-decisions?rule=${inPath(id)}&limit=${MOST}`).then(setTold, () =>
      setTold('failed'),
    );
  };
  return (
    <details onToggle={(event) => ask(event.currentTarget.open)}>
      <summary>{TEXTS.rules.lately}</summary>
      {told === 'failed' && <p className="hint">{TEXTS.calls.whyFailed}</p>}
      {Array.isArray(told) && told.length === 0 && <p className="hint">{TEXTS.rules.noDecision}</p>}
      {Array.isArray(told) && <DecisionList decisions={told} />}
    </details>
  );
}

function timeText(at: number): string {
  return new Date(at).toLocaleString();
}
