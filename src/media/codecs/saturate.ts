/** A whole number as 16 bits hold it: what is too large stays at the end of the range. */
export function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}
