import type { z } from 'zod';
import type { DeviceEventType } from '../../events/device-event.js';
import type { IntentCause } from '../intent-cause.js';
import type { Intent } from '../intent.js';
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
  /** The events that it can bring about; how rules that feed each other are known. Default: none. */
  readonly causes?: readonly DeviceEventType[];
  /** Whether it acts on the call that moved the rule, and so needs a condition about a call. Default: never. */
  needsCall?(settings: Settings): boolean;
  /** What it wants when the rule becomes active. */
  begin(settings: Settings, context: ActionContext): Intent;
  /** What it wants when the rule ends; only asked of an action that lasts. */
  undo(settings: Settings, context: ActionContext): Intent;
  /** What the settings name that stands elsewhere in the configuration. */
  references(settings: Settings): readonly Reference[];
  /** For a person: `run profile Evacuation while the rule is active`. */
  describe(settings: Settings): string;
}

/** What an action is made of that is done once: nothing lasts, and so undoing is never asked for. */
export function momentary<Settings extends ActionSettings>(
  begin: ActionKind<Settings>['begin'],
): Pick<ActionKind<Settings>, 'lasts' | 'begin' | 'undo'> {
  return { lasts: () => false, begin, undo: begin };
}
