/** A group of equal flashes at the start of each period. */
export interface FlashTrain {
  readonly count: number;
  readonly onMs: number;
  /** Darkness between two flashes of the group. */
  readonly offMs: number;
  /** From one group to the next. */
  readonly periodMs: number;
  /** Each flash begins at once and fades over its length. Default: it ends as sharply as it began. */
  readonly isFading?: boolean;
}

/** How bright (0 to 1) the train is `elapsedMs` after its start. */
export function flashLevel(train: FlashTrain, elapsedMs: number): number {
  const phase = elapsedMs % train.periodMs;
  const each = train.onMs + train.offMs;
  const within = phase % each;
  if (phase >= train.count * each || within >= train.onMs) return 0;
  return train.isFading === true ? (1 + Math.cos((Math.PI * within) / train.onMs)) / 2 : 1;
}
