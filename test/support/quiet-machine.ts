import type { Machine } from '../../src/system/machine.js';

/** A machine with one address and an empty disk, for tests that look at something else. */
export const QUIET_MACHINE: Machine = {
  addresses: () => ['192.0.2.1'],
  diskUse: () => Promise.resolve({ total: 1_000, free: 1_000 }),
};
