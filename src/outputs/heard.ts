import type { Show, ShownPage, ShownSiren } from './show.js';

/** What a loudspeaker that carries voices is to sound. */
export interface Heard {
  readonly siren?: ShownSiren;
  readonly page?: ShownPage;
}

const NOTHING: Heard = {};

/** A voice is heard unless a siren of a higher priority sounds; beside it a siren only where it is ducked. */
export function heard({ siren, page }: Show): Heard {
  if (!page || (siren && siren.priority > page.priority)) return siren ? { siren } : NOTHING;
  return siren && page.siren === 'duck' ? { siren, page } : { page };
}

/** Whether nothing changes for the ear. */
export function soundsSame(one: Heard, other: Heard): boolean {
  return one.page?.activityId === other.page?.activityId && isSameSiren(one.siren, other.siren);
}

function isSameSiren(one: ShownSiren | undefined, other: ShownSiren | undefined): boolean {
  return (
    one === other ||
    (one?.pattern === other?.pattern &&
      one?.sound === other?.sound &&
      one?.intensity === other?.intensity &&
      one?.startedAt === other?.startedAt)
  );
}
