/** A group of equal flashes at the start of each period. */
export interface FlashTrain {
  readonly count: number;
  readonly onMs: number;
  /** Darkness between two flashes of the group. */
  readonly offMs: number;
  /** From one group to the next. */
  readonly periodMs: number;
}

/** Whether a flash of the train is lit `elapsedMs` after its start. */
export function isLit(train: FlashTrain, elapsedMs: number): boolean {
  const phase = elapsedMs % train.periodMs;
  const each = train.onMs + train.offMs;
  return phase < train.count * each && phase % each < train.onMs;
}
