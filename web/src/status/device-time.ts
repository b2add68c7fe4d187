import { createContext } from 'react';

/** By how many milliseconds the device's clock is ahead of the browser's; the times on the page are the device's. */
export const DeviceTime = createContext(0);
