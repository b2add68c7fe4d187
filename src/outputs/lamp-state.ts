import { addToSection, createLightFrame } from '../patterns/light-frame.js';
import type { Picture } from './picture.js';
import { isLightShown } from './reduction.js';

/** What a lamp that is told of changes only shows, in the words that templates put in. */
export type LampState = Readonly<Record<(typeof LAMP_WORDS)[number], string>>;

export const LAMP_WORDS = [
  'state',
  'profile',
  'color',
  'red',
  'green',
  'blue',
  'brightness',
  'sound',
] as const;

/** What turns it on. */
export type LampShows = 'light' | 'siren' | 'either';

export const DARK_LAMP: LampState = {
  state: 'off',
  profile: '',
  color: '000000',
  red: '0',
  green: '0',
  blue: '0',
  brightness: '0',
  sound: '',
};

/** The profile's first colour at its intensity, without flashing. */
export function lampState(picture: Picture, shows: LampShows): LampState {
  const light = shows !== 'siren' && isLightShown(picture) ? picture.light : undefined;
  const siren = shows === 'light' ? undefined : picture.siren;
  if (!light && !siren) return DARK_LAMP;
  const [red, green, blue] = light ? colorOf(light.colors[0] ?? 'white') : [0, 0, 0];
  const hex = [red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('');
  return {
    state: 'on',
    profile: light?.profile ?? siren?.profile ?? '',
    color: hex,
    red: String(red),
    green: String(green),
    blue: String(blue),
    brightness: String((light?.intensity ?? 0) * 20),
    sound: siren?.pattern ?? '',
  };
}

/** Red, green and blue at full brightness; white is all of them. */
function colorOf(color: Parameters<typeof addToSection>[2]): [number, number, number] {
  const frame = createLightFrame();
  addToSection(frame, 0, color, 1);
  const [red = 0, green = 0, blue = 0, white = 0] = frame;
  return [Math.max(red, white), Math.max(green, white), Math.max(blue, white)];
}
