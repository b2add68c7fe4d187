import type { DeadLetter, RecipientStatus } from '../../../src/control/page-data.js';
import { inPath, tell } from '../api/device-api.js';
import { OutcomeLines } from '../forms/outcome-lines.js';
import { usePerforming } from '../forms/use-performing.js';
import { TEXTS } from '../texts.js';
import { useResource } from './use-resource.js';

type RecipientPostProps = {
  readonly id: string;
  readonly status: RecipientStatus;
  readonly onDone: () => void;
};

/** What waits for a recipient, and what was given up: to be tried again or forgotten. */
export function RecipientPost({ id, status, onDone }: RecipientPostProps) {
  const { waiting, deadLetters, lastDelivered, retryAt } = status;
  const texts = TEXTS.settings.post;
  const time = (at: number) => new Date(at).toLocaleString();
  const parts = [
    ...(lastDelivered === undefined ? [] : [texts.lastDelivered(time(lastDelivered))]),
    ...(waiting === 0 ? [] : [texts.waiting(waiting)]),
    ...(retryAt === undefined ? [] : [texts.retryAt(time(retryAt))]),
    ...(deadLetters === 0 ? [] : [texts.dead(deadLetters)]),
  ];
  return (
    <>
      {parts.length > 0 && <span className="hint block">{parts.join(' · ')}</span>}
      {deadLetters > 0 && <DeadLetters id={id} count={deadLetters} onDone={onDone} />}
    </>
  );
}

function DeadLetters(props: { readonly id: string; readonly count: number; readonly onDone: () => void }) {
  const { id, count, onDone } = props;
  const path = `/recipients/${inPath(id)}/dead-letters`;
  const { answer: letters = [], reload } = useResource<readonly DeadLetter[]>(path, count);
  const { outcome, perform } = usePerforming(() => {
    reload();
    onDone();
  });
  const texts = TEXTS.settings.post;
  return (
    <details>
      <summary>{texts.deadLetters}</summary>
      <ul className="rows">
        {letters.map(({ delivery, diedAt, reason }) => {
          const at = `${path}/${inPath(delivery.id)}`;
          return (
            <li key={delivery.id}>
              <span className="grow">
                {new Date(delivery.queuedAt).toLocaleString()} {delivery.source.cause.name}
                <span className="hint block">
                  {new Date(diedAt).toLocaleString()} {reason}
                </span>
              </span>
              <button type="button" onClick={() => void perform(id, () => tell('POST', `${at}/retry`))}>
                {texts.retry}
              </button>
              <button type="button" onClick={() => void perform(id, () => tell('DELETE', at))}>
                {texts.forget}
              </button>
            </li>
          );
        })}
      </ul>
      <OutcomeLines outcome={outcome} />
    </details>
  );
}
