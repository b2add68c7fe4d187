/** Default limits of calls, in one place; each can be raised where the room is built. */
export const CALL_LIMITS = {
  /** Calls at the same time. */
  concurrentCalls: 100,
  /** Ended calls that are remembered for people to look at. */
  rememberedCalls: 100,
  /** Accounts (the manual's number is per type of entity: 100). */
  accounts: 100,
} as const;
