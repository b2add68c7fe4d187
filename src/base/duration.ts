declare const durationBrand: unique symbol;

/** A span of time in milliseconds. Made by `milliseconds`, `seconds`, `minutes` or `hours`, so that a unit is always written down. */
export type Duration = number & { readonly [durationBrand]: 'milliseconds' };

/** A duration of `count` milliseconds; fractions are kept. */
export function milliseconds(count: number): Duration {
  return count as Duration;
}

/** A duration of `count` seconds. */
export function seconds(count: number): Duration {
  return (count * 1_000) as Duration;
}

/** A duration of `count` hours. */
export function hours(count: number): Duration {
  return (count * 3_600_000) as Duration;
}

/** A duration of `count` minutes. */
export function minutes(count: number): Duration {
  return (count * 60_000) as Duration;
}
