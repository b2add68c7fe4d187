import type { Intent } from '../../../src/rules/intent.js';
import { wordsOf } from './intent-words.js';

/** What rules hold of siren, calls, outputs and virtual inputs, by the words of how each would be undone. */
export class OutsideWorld {
  readonly #held = new Set<string>();

  take(intent: Intent): void {
    const { cause } = intent;
    switch (intent.kind) {
      case 'siren.start':
        this.#hold({ kind: 'siren.release', owner: intent.owner, cause });
        break;
      case 'siren.startOwn':
        this.#hold({ ...intent, kind: 'siren.release' });
        break;
      case 'output.hold':
        this.#hold({ ...intent, kind: 'output.release' });
        break;
      case 'virtualInput.hold':
        this.#hold({ ...intent, kind: 'virtualInput.release' });
        break;
      case 'call.place':
        if (intent.owner !== undefined) this.#hold({ kind: 'call.hangUp', owner: intent.owner, cause });
        break;
      case 'siren.release':
        this.#held.delete(wordsOf(intent));
        if (intent.purpose !== undefined) break;
        for (const purpose of ['maintenance', 'identify'] as const)
          this.#held.delete(wordsOf({ ...intent, purpose }));
        break;
      default:
        this.#held.delete(wordsOf(intent));
    }
  }

  /** Which of these are not held. Nobody holds what was published. */
  lacks(undoings: readonly string[]): string[] {
    return undoings.filter((words) => !words.startsWith('publish') && !this.#held.has(words));
  }

  /** The device ended, and only these are left. */
  forgetAllBut(undoings: readonly string[]): void {
    for (const words of this.#held) if (!undoings.includes(words)) this.#held.delete(words);
  }

  #hold(undo: Intent): void {
    this.#held.add(wordsOf(undo));
  }
}
