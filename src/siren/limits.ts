/** What the device manual sets as limits. Those of a count are defaults, not walls: the schemas take another. */
export const MAX_PROFILES = 30;
export const MAX_NAME_LENGTH = 50;
export const MAX_DESCRIPTION_LENGTH = 250;
/** Seventy-two hours. */
export const MAX_SECONDS = 259_200;
export const MAX_REPETITIONS = 20;
export const MAX_INTENSITY = 5;
/** The highest priority of a profile; system activities lie above it. */
export const MAX_PRIORITY = 10;
