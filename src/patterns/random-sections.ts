/** Choices before they come again. */
const COUNT = 24;

const DIRECTIONS = 4;
const SECTIONS_EACH = 3;

/**
 * Sections chosen at random: in each choice one of every direction, and never the one of the choice before, the
 * last choice being before the first. The same on every device and after every restart, since it is drawn from
 * the number of the choice and nothing else.
 */
export const RANDOM_SECTIONS: readonly (readonly number[])[] = choices();

function choices(): number[][] {
  const drawn = Array.from({ length: DIRECTIONS }, (_, direction) => placesOf(direction));
  return Array.from({ length: COUNT }, (_, slot) =>
    drawn.map((places, direction) => direction * SECTIONS_EACH + (places[slot] ?? 0)),
  );
}

/** The place (0 to 2) within one direction in each slot. */
function placesOf(direction: number): number[] {
  const places: number[] = [];
  for (let slot = 0; slot < COUNT; slot++) {
    const first = slot === COUNT - 1 ? places[0] : undefined;
    const free = [0, 1, 2].filter((place) => place !== places[slot - 1] && place !== first);
    places.push(free[scattered(slot * DIRECTIONS + direction) % free.length] ?? 0);
  }
  return places;
}

/** A number that has nothing to see in common with its seed (the finaliser of MurmurHash3). */
function scattered(seed: number): number {
  let value = Math.imul(seed + 1, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
