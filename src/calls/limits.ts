/** Default limits of calls, in one place; each can be raised where the room is built. */
export const CALL_LIMITS = {
  /** Calls at the same time. */
  concurrentCalls: 100,
  /** Ended calls that are remembered for people to look at. */
  rememberedCalls: 100,
  /** Accounts; many times the manual's 100, since a PBX may have one for each room. */
  accounts: 2_000,
  /** The longest incoming call duration that can be set (manual: 10 minutes). */
  incomingCallDurationSeconds: 600,
  /** The longest "end calls after" that can be set, besides infinite (manual: 60 minutes). */
  callDurationSeconds: 3_600,
  /** DTMF sequences. */
  dtmfSequences: 100,
  /** Keys in one DTMF sequence (vapix A.3.5). */
  dtmfSequenceLength: 64,
  /** Entries of the access list. */
  accessListEntries: 256,
  /** Addresses and blocks that are never blocked, and as many that people have blocked. */
  guardedAddresses: 256,
  /** Contacts. */
  contacts: 100,
  /** Calls that are recorded at the same time; each may take 16 MB of memory. */
  recordings: 10,
  /** Messages that are remembered for people to look at. */
  rememberedMessages: 100,
  /** Messages of ours that wait for an answer at the same time. */
  messagesUnderWay: 20,
  /** Characters in a message of ours (RFC 3428 section 8: 1,300 octets with its headers). */
  messageLength: 1_000,
} as const;
