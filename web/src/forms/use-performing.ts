import { useCallback, useState } from 'react';
import { Refusal } from '../api/device-api.js';
import { TEXTS } from '../texts.js';
import { isFailure, outcomeLines } from './outcome-text.js';

/** What came of something that was tried, for a person; `key` says what it was tried on. */
export type Outcome = { readonly key: string; readonly lines: readonly string[]; readonly isFailed: boolean };

/** Tries things and tells what came of the last one; `onDone` is called after each, done or refused. */
export function usePerforming(onDone: () => void) {
  const [outcome, setOutcome] = useState<Outcome>();
  const perform = useCallback(
    async (key: string, act: () => Promise<unknown>) => {
      const { working, done } = TEXTS.settings;
      setOutcome({ key, lines: [working], isFailed: false });
      try {
        const answer = await act();
        const lines = outcomeLines(answer);
        setOutcome({ key, lines: lines.length > 0 ? lines : [done], isFailed: isFailure(answer) });
      } catch (error) {
        const line = error instanceof Refusal ? error.message : TEXTS.noAnswer;
        setOutcome({ key, lines: [line], isFailed: true });
      }
      onDone();
    },
    [onDone],
  );
  return { outcome, perform };
}
