import { useCallback, useState } from 'react';
import { TEXTS } from '../texts.js';
import { type Body, type Method, Refusal, tell } from './device-api.js';

/** Tells the device to do something; what it refuses is shown. */
export type Act = (method: Method, path: string, body?: Body) => void;

/** How the page acts, and the last refusal until it is dismissed. */
export function useAct() {
  const [refusal, setRefusal] = useState<string>();
  const act = useCallback<Act>((method, path, body) => {
    setRefusal(undefined);
    tell(method, path, body).catch((error: unknown) =>
      setRefusal(error instanceof Refusal ? error.message : TEXTS.noAnswer),
    );
  }, []);
  const dismiss = useCallback(() => setRefusal(undefined), []);
  return { act, refusal, dismiss };
}
