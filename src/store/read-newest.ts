import type { AtomicFile } from './atomic-file.js';

export interface NewestContent<Content> {
  /** Whether there is a file of an earlier run, readable or not. */
  readonly isThere: boolean;
  /** What could be read: the newest text, else the one before it. */
  readonly content: Content | undefined;
  /** Whether the newest text could not be read. */
  readonly isDamaged: boolean;
}

/** Prepares a file and reads it; `read` answers undefined for a text that is none of ours. Throws STORAGE_FAILED. */
export async function readNewest<Content>(
  file: AtomicFile,
  read: (text: string) => Content | undefined,
): Promise<NewestContent<Content>> {
  await file.prepare();
  const [newest, before] = [await file.read(), await file.readLastGood()];
  const content = newest === undefined ? undefined : read(newest);
  return {
    isThere: newest !== undefined || before !== undefined,
    content: content ?? (before === undefined ? undefined : read(before)),
    isDamaged: newest !== undefined && content === undefined,
  };
}
