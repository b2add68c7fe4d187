import { ownSoundName } from '../patterns/own-sound-name.js';
import type { OutputOutcome } from '../siren/health-report.js';
import type { Profile } from '../siren/profile.js';
import type { Sounds } from '../sounds/sounds.js';

/** How the sounds that profiles need do in a health check: texts that cannot be spoken, own sounds that are gone. */
export async function soundOutcomes(
  profiles: readonly Profile[],
  { own, speech }: Pick<Sounds, 'own' | 'speech'>,
): Promise<OutputOutcome[]> {
  const outcomes: OutputOutcome[] = [];
  if (profiles.some(({ siren }) => siren?.speech)) {
    const { problem, problems } = await speech.facts();
    outcomes.push(outcome('speech', 'Spoken texts', problem ?? problems[0]?.problem));
  }
  const used = profiles.flatMap(({ name, siren }) => {
    const sound = siren && ownSoundName(siren.pattern);
    return sound === undefined ? [] : [{ name, sound }];
  });
  const missing = used.find(({ sound }) => !own.find(sound));
  const error =
    missing && `The own sound "${missing.sound}" of the profile "${missing.name}" is gone; bring it again.`;
  if (used.length > 0) outcomes.push(outcome('own-sounds', 'Own sounds', error));
  return outcomes;
}

function outcome(kind: string, name: string, error: string | undefined): OutputOutcome {
  return { id: kind, name, kind, ok: error === undefined, ...(error !== undefined && { error }) };
}
