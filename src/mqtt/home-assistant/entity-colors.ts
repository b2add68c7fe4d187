import { LIGHT_COLORS, type LightColor } from '../../patterns/light-color.js';

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** How the colours of the lamp look on a screen. */
const SEEN: Readonly<Record<LightColor, Rgb>> = {
  red: { r: 255, g: 0, b: 0 },
  green: { r: 0, g: 255, b: 0 },
  blue: { r: 0, g: 0, b: 255 },
  amber: { r: 255, g: 126, b: 0 },
  white: { r: 255, g: 255, b: 255 },
};

export function rgbOf(color: LightColor | undefined): Rgb {
  return SEEN[color ?? 'white'];
}

/** The colour of the lamp that comes nearest, of those that are allowed; none where none is. */
export function nearestColor(
  wanted: Rgb,
  allowed: readonly LightColor[] = LIGHT_COLORS,
): LightColor | undefined {
  const distance = (color: LightColor) => {
    const { r, g, b } = SEEN[color];
    return (r - wanted.r) ** 2 + (g - wanted.g) ** 2 + (b - wanted.b) ** 2;
  };
  return allowed.toSorted((one, other) => distance(one) - distance(other))[0];
}
