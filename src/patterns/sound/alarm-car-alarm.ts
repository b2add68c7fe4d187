import type { Course, SoundEvent } from '../synthesis/sound-description.js';
import { synthesise } from '../synthesis/synthesise.js';
import { HORN } from '../synthesis/timbres.js';

/** The same figure several times in a row. */
const figure = (start: number, times: number, lasts: number, pitch: Course): readonly SoundEvent[] =>
  Array.from({ length: times }, (_, index) => ({ at: start + lasts * index, lasts, pitch, timbre: HORN }));

/** What a parked car goes through: sweeps up, high and low in turn, up and down, sweeps down. */
export const alarmCarAlarm = synthesise({
  name: 'Alarm: Car alarm',
  length: 4.8,
  gain: 0.304,
  events: [
    ...figure(0, 4, 0.3, [550, 1_150]),
    ...[0, 1, 2].flatMap((turn) => [
      ...figure(1.2 + 0.4 * turn, 1, 0.2, 1_000),
      ...figure(1.4 + 0.4 * turn, 1, 0.2, 700),
    ]),
    ...figure(2.4, 2, 0.6, [500, 1_200, 500]),
    ...figure(3.6, 4, 0.3, [1_150, 550]),
  ],
});
