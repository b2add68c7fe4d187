/** What sounds in place of a sound that is gone, and of a text that cannot be spoken: an alarm must be heard. */
export const STAND_IN_SOUND = 'Alarm: Industrial';
