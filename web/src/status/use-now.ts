import { useContext, useEffect, useState } from 'react';
import { DeviceTime } from './device-time.js';

/** The device's time in milliseconds since the Unix epoch, renewed once a second while it is needed. */
export function useNow(isNeeded: boolean): number {
  const ahead = useContext(DeviceTime);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isNeeded) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return now + ahead;
}
