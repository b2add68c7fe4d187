const SECTIONS = 12;
const CHANNELS = 4;

/** One section as it is painted: a full colour and how strongly it glows, 0 to 1. */
export type SectionColor = { readonly color: string; readonly glow: number };

const DARK: SectionColor = { color: 'rgb(0 0 0)', glow: 0 };

/** The colours of a ring of red, green, blue and white channels, as a screen shows them. */
export function sectionColors(sections: ArrayLike<number>): readonly SectionColor[] {
  return Array.from({ length: SECTIONS }, (_, index) => sectionColor(sections, index * CHANNELS));
}

/** The whole ring as one lamp. */
export function ringColor(sections: ArrayLike<number>): SectionColor {
  const sum = [0, 0, 0, 0];
  for (let index = 0; index < sections.length; index++) {
    sum[index % CHANNELS] = (sum[index % CHANNELS] ?? 0) + (sections[index] ?? 0) / SECTIONS;
  }
  return sectionColor(sum, 0);
}

function sectionColor(values: ArrayLike<number>, offset: number): SectionColor {
  const white = values[offset + 3] ?? 0;
  const channels = [0, 1, 2].map((channel) => (values[offset + channel] ?? 0) + white);
  const brightest = Math.max(...channels);
  if (brightest < 1) return DARK;
  const [red = 0, green = 0, blue = 0] = channels.map((value) => Math.round((value / brightest) * 255));
  // The eye sees a lamp of a tenth of the power as a third as bright.
  return { color: `rgb(${red} ${green} ${blue})`, glow: Math.min(1, (brightest / 255) ** 0.5) };
}
