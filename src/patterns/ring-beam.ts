import { SECTION_COUNT } from './light-frame.js';

/** The part of a section (0 to 1) that a beam of `width` sections covers, whose first edge stands at `position`. */
export function ringBeam(section: number, position: number, width: number): number {
  const from = behind(section, position);
  if (from <= width - 1) return 1;
  if (from < width) return width - from;
  return Math.max(0, from - (SECTION_COUNT - 1));
}

/** How bright (0 to 1) a section is in the tail of a comet whose head stands at `position`, `length` sections long. */
export function ringComet(section: number, position: number, length: number): number {
  const after = behind(position, section);
  const arriving = after - (SECTION_COUNT - 1);
  return Math.max(0, arriving, 1 - after / length);
}

/** How many sections `to` is ahead of `from`, the way round; 0 to 12. */
function behind(to: number, from: number): number {
  return (((to - from) % SECTION_COUNT) + SECTION_COUNT) % SECTION_COUNT;
}
