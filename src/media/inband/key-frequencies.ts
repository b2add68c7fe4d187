/** The low tones of the keypad in hertz, row by row (ITU-T Q.23). */
export const ROW_FREQUENCIES = [697, 770, 852, 941] as const;

/** The high tones in hertz, column by column. */
export const COLUMN_FREQUENCIES = [1_209, 1_336, 1_477, 1_633] as const;

const KEYPAD = ['123A', '456B', '789C', '*0#D'] as const;

/** The key of a row and a column, each 0 to 3. */
export function keyAt(row: number, column: number): string | undefined {
  return KEYPAD[row]?.[column];
}

/** The two tones of a key; none for what is no key. */
export function tonesOf(key: string): { readonly low: number; readonly high: number } | undefined {
  const row = KEYPAD.findIndex((keys) => keys.includes(key));
  const low = ROW_FREQUENCIES[row];
  const high = COLUMN_FREQUENCIES[KEYPAD[row]?.indexOf(key) ?? -1];
  return low === undefined || high === undefined || key.length !== 1 ? undefined : { low, high };
}
