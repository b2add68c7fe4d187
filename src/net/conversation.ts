/** Told of each step of a conversation with a peer, in words; never of a secret. */
export type Say = (step: string) => void;

/** For who does not listen. */
export const inSilence: Say = () => undefined;
