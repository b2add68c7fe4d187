import { useCallback, useEffect, useState } from 'react';

const STORAGE_KEY = 'sipsiren.flashing-acknowledged';
const QUERY = '(prefers-reduced-motion: reduce)';

/** Whether the beacon may flash here: only for people who said so and whose system does not ask for less motion. */
export function useFlashing() {
  const [isAcknowledged, setAcknowledged] = useState(() => remembered());
  const [prefersReduced, setPrefersReduced] = useState(() => matchMedia(QUERY).matches);
  useEffect(() => {
    const query = matchMedia(QUERY);
    const onChange = () => setPrefersReduced(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  const setFlashing = useCallback((isWanted: boolean) => {
    setAcknowledged(isWanted);
    remember(isWanted);
  }, []);
  return { isSteady: prefersReduced || !isAcknowledged, prefersReduced, isAcknowledged, setFlashing };
}

function remembered(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'yes';
  } catch {
    return false;
  }
}

function remember(isWanted: boolean): void {
  try {
    localStorage.setItem(STORAGE_KEY, isWanted ? 'yes' : 'no');
  } catch {
    // A browser that stores nothing asks again next time, which is the safe side.
    return;
  }
}
