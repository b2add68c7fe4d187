import { synthesise } from '../synthesis/synthesise.js';
import { buzz } from '../synthesis/timbres.js';

/** No, and no: a short and a long low buzz, the second deeper. */
export const notificationDenied = synthesise({
  name: 'Notification: Denied',
  length: 2,
  gain: 0.307,
  events: [
    { at: 0, lasts: 0.16, pitch: 155, timbre: buzz(12) },
    { at: 0.24, lasts: 0.5, pitch: 116, timbre: buzz(14), release: 0.04 },
  ],
});
