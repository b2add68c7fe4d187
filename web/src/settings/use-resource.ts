import { useCallback, useEffect, useState } from 'react';
import { read } from '../api/device-api.js';

type Resource<Answer> = {
  /** None until the first answer. */
  readonly answer: Answer | undefined;
  readonly isFailed: boolean;
  readonly reload: () => void;
};

/** What an address answers, read again when `changes` counts up or `reload` is called; nothing where there is none. */
export function useResource<Answer>(path: string | undefined, changes: number): Resource<Answer> {
  const [answer, setAnswer] = useState<Answer>();
  const [isFailed, setFailed] = useState(false);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (path === undefined) return undefined;
    let isLatest = true;
    read<Answer>(path).then(
      (next) => {
        if (!isLatest) return;
        setAnswer(next);
        setFailed(false);
      },
      () => {
        if (isLatest) setFailed(true);
      },
    );
    return () => {
      isLatest = false;
    };
  }, [path, changes, asked]);
  const reload = useCallback(() => setAsked((count) => count + 1), []);
  return { answer, isFailed, reload };
}
