/** The ring in the coordinates of its drawing, 400 by 400. */
export const CENTER = 200;
const OUTER = 178;
const INNER = 118;
const DEGREES = 30;
/** Half the gap between two sections. */
const GAP = 1.6;

/** The outline of section 0 to 11, clockwise; the first three are direction A, which is on top. */
export function sectionPath(index: number): string {
  const from = index * DEGREES - 45 + GAP;
  const to = (index + 1) * DEGREES - 45 - GAP;
  return [
    `M${point(OUTER, from)}`,
    `A${OUTER} ${OUTER} 0 0 1 ${point(OUTER, to)}`,
    `L${point(INNER, to)}`,
    `A${INNER} ${INNER} 0 0 0 ${point(INNER, from)}`,
    'Z',
  ].join(' ');
}

/** Where the letter of a direction stands, 0 for A to 3 for D. */
export function letterPosition(direction: number): { readonly x: number; readonly y: number } {
  const angle = (direction * 90 * Math.PI) / 180;
  return { x: CENTER + 98 * Math.sin(angle), y: CENTER - 98 * Math.cos(angle) };
}

function point(radius: number, degrees: number): string {
  const angle = (degrees * Math.PI) / 180;
  return `${(CENTER + radius * Math.sin(angle)).toFixed(2)} ${(CENTER - radius * Math.cos(angle)).toFixed(2)}`;
}
