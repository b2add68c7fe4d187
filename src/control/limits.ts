import { CALL_LIMITS } from '../calls/limits.js';
import { MAX_PROFILES } from '../siren/limits.js';

/** How many of each thing a device holds by default. Source: the device manual. */
export const LIMITS = {
  profiles: MAX_PROFILES,
  accounts: CALL_LIMITS.accounts,
  certificates: 100,
} as const;
