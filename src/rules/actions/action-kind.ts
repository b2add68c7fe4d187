import type { z } from 'zod';
import type { Intent, IntentCause } from '../intent.js';
import type { Reference } from '../reference.js';

interface ActionSettings {
  readonly kind: string;
}

/** Whom an action acts for. */
export interface ActionContext {
  /** Names this action of this rule; the same at every activation. */
  readonly owner: string;
  readonly cause: IntentCause;
}

/** A kind of action. One small file each; the folder's index lists them. */
export interface ActionKind<Settings extends ActionSettings> {
  readonly kind: Settings['kind'];
  readonly schema: z.ZodType<Settings>;
  /** Whether it goes on for as long as the rule is active, and is undone then. */
  lasts(settings: Settings): boolean;
  /** Nothing of it outlives the device, so that there is nothing to undo after a crash. Default: it does. */
  readonly endsWithDevice?: boolean;
  /** What it wants when the rule becomes active. */
  begin(settings: Settings, context: ActionContext): Intent;
  /** What it wants when the rule ends; only asked of an action that lasts. */
  undo(settings: Settings, context: ActionContext): Intent;
  /** What the settings name that stands elsewhere in the configuration. */
  references(settings: Settings): readonly Reference[];
  /** For a person: `run profile Evacuation while the rule is active`. */
  describe(settings: Settings): string;
}
