/** Samples a second that sounds are rendered at: telephones, wideband telephones and the page, sound cards. */
export type SampleRate = 8_000 | 16_000 | 48_000;
