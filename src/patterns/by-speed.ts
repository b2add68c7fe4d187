/** What belongs to each speed: the first to speed 1, and so on. */
export type BySpeed<Value> = readonly [Value, ...Value[]];

/** The value that belongs to a speed; the ends serve for what lies beyond. */
export function bySpeed<Value>(values: BySpeed<Value>, speed: number): Value {
  return values[Math.min(values.length, Math.max(1, speed)) - 1] ?? values[0];
}
