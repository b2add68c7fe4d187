import type { DeviceDocument } from '../control/services.js';
import { recipientKindOf } from '../recipients/kinds/index.js';
import type { SoundsToKeep } from '../sounds/sounds.js';

/** The sections that name sounds and texts. */
export const SOUND_SECTIONS = ['profiles', 'rules', 'recipients'] as const;

/**
 * What the device wants to have ready. A text with placeholders is among it, to be spoken as it stands: so an unknown
 * voice is found out now and not with the alarm.
 */
export function soundsToKeep({
  profiles,
  rules,
  recipients,
}: Pick<DeviceDocument, (typeof SOUND_SECTIONS)[number]>): SoundsToKeep {
  const ofRules = rules.flatMap(({ actions }) =>
    actions.flatMap((action) => {
      const play = action.kind === 'call.place' ? action.play : undefined;
      return play?.kind === 'text' ? [play] : [];
    }),
  );
  const ofRecipients = recipients.flatMap(
    ({ kind, settings }) => recipientKindOf(kind).texts?.(settings) ?? [],
  );
  return {
    sirens: profiles.flatMap(({ siren }) => siren ?? []),
    texts: [...ofRules, ...ofRecipients],
  };
}
