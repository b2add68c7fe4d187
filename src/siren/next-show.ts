import type { Show, ShownLight, ShownSiren } from '../outputs/show.js';
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
): Show {
  const audible = running.siren?.content === SILENCE ? undefined : running.siren;
  const light = isShown(running.light, before.light) ? before.light : shown(running.light);
  const siren = isShown(audible, before.siren) ? before.siren : shown(audible);
  if (light === before.light && siren === before.siren) return before;
  return { ...(light && { light }), ...(siren && { siren }) };
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
