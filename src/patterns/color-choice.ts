import { LIGHT_COLORS, type LightColor } from './light-color.js';

/** How many colours a pattern takes, and which. */
export interface ColorChoice {
  readonly min: number;
  readonly max: number;
  readonly allowed: readonly LightColor[];
  readonly default: readonly LightColor[];
}

/** White is there already where a colour stands beside it. */
const COLORS_BESIDE_WHITE: readonly LightColor[] = LIGHT_COLORS.filter((color) => color !== 'white');

export const NO_COLOR: ColorChoice = { min: 0, max: 0, allowed: [], default: [] };

/** Without a colour there is darkness beside the white. */
export const COLOR_OR_DARK: ColorChoice = { min: 0, max: 1, allowed: COLORS_BESIDE_WHITE, default: [] };

/** Any one colour; `usual` where nothing is said. */
export function oneColor(usual: LightColor): ColorChoice {
  return { min: 1, max: 1, allowed: LIGHT_COLORS, default: [usual] };
}

/** One colour that takes turns with white; `usual` where nothing is said. */
export function oneColorBesideWhite(usual: LightColor): ColorChoice {
  return { min: 1, max: 1, allowed: COLORS_BESIDE_WHITE, default: [usual] };
}
