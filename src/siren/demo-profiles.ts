import { profilesSchema } from './profile.js';

/** A usable set for a device that is tried out. */
export const DEMO_PROFILES = profilesSchema().parse([
  {
    name: 'Evacuation',
    description: 'Leave the building now. Runs until it is stopped.',
    light: { pattern: 'Flash 1x', speed: 3, intensity: 5, colors: ['red'] },
    siren: { pattern: 'Siren: Evac', intensity: 5 },
    priority: 8,
  },
  {
    name: 'Intrusion',
    description: 'Somebody is where nobody should be. Ends by itself after five minutes.',
    light: { pattern: 'Alternate', speed: 2, intensity: 5, colors: ['red', 'blue'] },
    siren: { pattern: 'Siren: Falling pitch', intensity: 5 },
    duration: { unit: 'time', seconds: 300 },
    priority: 6,
  },
  {
    name: 'Attention',
    description: 'Look up and wait for an announcement. Ends by itself after a minute.',
    light: { pattern: 'Pulse', speed: 2, intensity: 4, colors: ['amber'] },
    siren: { pattern: 'Alarm: Single beep', intensity: 3 },
    duration: { unit: 'time', seconds: 60 },
    priority: 4,
  },
  {
    name: 'All clear',
    description: 'The danger is over. Ends by itself after thirty seconds.',
    light: { pattern: 'Steady', intensity: 3, colors: ['green'] },
    siren: { pattern: 'Notification: Done', intensity: 3 },
    duration: { unit: 'time', seconds: 30 },
    priority: 3,
  },
  {
    name: 'Doorbell',
    description: 'Somebody is at the door. Rings three times.',
    light: { pattern: 'Rotate white + steady color', speed: 2, intensity: 3, colors: ['blue'] },
    siren: { pattern: 'Notification: Entry', intensity: 3 },
    duration: { unit: 'repetitions', count: 3 },
    priority: 2,
  },
]);
