import type { Show, ShownLight, ShownSiren } from '../outputs/show.js';
import type { SoundPattern } from '../patterns/sound-pattern.js';
import { findSoundPattern } from '../patterns/sound/index.js';
import type { Activity } from './activity.js';
import { SILENCE } from './own-activities.js';
import type { Profile } from './profile.js';

type LightContent = NonNullable<Profile['light']>;
type SirenContent = NonNullable<Profile['siren']>;

/** What shows and sounds once these two run; the very object that was there where nothing changes. */
export function nextShow(
  before: Show,
  running: {
    readonly light: Activity<LightContent> | undefined;
    readonly siren: Activity<SirenContent> | undefined;
  },
  soundOf: (siren: SirenContent) => SoundPattern | undefined,
): Show {
  const audible = running.siren?.content === SILENCE ? undefined : running.siren;
  const light = isShown(running.light, before.light) ? before.light : shown(running.light);
  const siren = isShown(audible, before.siren) ? before.siren : sounding(audible, soundOf);
  if (light === before.light && siren === before.siren) return before;
  return { ...(light && { light }), ...(siren && { siren }) };
}

function sounding(
  running: Activity<SirenContent> | undefined,
  soundOf: (siren: SirenContent) => SoundPattern | undefined,
): ShownSiren | undefined {
  const siren = shown(running);
  if (!running || !siren) return undefined;
  const { speech: _spoken, ...own } = siren;
  const sound = soundOf(running.content);
  return { ...own, ...(sound && sound !== findSoundPattern(siren.pattern) && { sound }) };
}

/** Whether outputs show the activity already, in the same rhythm. */
function isShown(running: Activity | undefined, shownNow: ShownLight | ShownSiren | undefined): boolean {
  return running?.id === shownNow?.activityId && running?.phaseAt === shownNow?.startedAt;
}

function shown<Content extends object>(running: Activity<Content> | undefined) {
  if (!running) return undefined;
  const { id, profile, priority, content, phaseAt } = running;
  return {
    activityId: id,
    ...(profile !== undefined && { profile }),
    priority,
    startedAt: phaseAt,
    ...content,
  };
}
