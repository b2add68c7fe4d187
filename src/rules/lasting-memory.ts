import type { Intent } from './intent.js';

/**
 * Where it is kept what actions hold that last while a rule is active, so that nothing stays on for ever because the
 * device crashed in between.
 *
 * How an action takes part: it `lasts(settings)`, its `begin` and its `undo` give intents that carry the `owner` and
 * whatever undoing needs (the port, the topic), and its performers are written so that
 *
 * - beginning again what is held already is fine: a rule that is active again after a restart just begins;
 * - undoing what is not there (any more) is fine, and does nothing.
 *
 * That is all. The undo intent is on the disk while the rule is active. After a restart the rule either becomes active
 * again, and holds it as before, or the undo is performed: the rule is gone, turned off, changed, or its conditions no
 * longer hold. An undo that fails is tried again, with pauses. An action of which nothing outlives the device, such as a
 * call, says `endsWithDevice` and is not kept.
 */
export interface LastingMemory {
  /** What was held when the device ended: the undo intents by their owners. */
  readonly past: ReadonlyMap<string, Intent>;
  /** What is held now is otherwise than before; the map stays the same object. */
  remember(held: ReadonlyMap<string, Intent>): void;
}

/** Keeps nothing. */
export const NO_MEMORY: LastingMemory = { past: new Map(), remember: () => undefined };
