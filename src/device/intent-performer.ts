import type { Intent } from '../rules/intent.js';
import type { Alarms } from '../siren/alarms.js';
import type { Siren } from '../siren/siren.js';

/** What intents act on; the device has it. */
interface IntentParts {
  readonly siren: Siren;
  readonly alarms: Alarms;
}

type Performers = {
  readonly [Kind in Intent['kind']]: (intent: Extract<Intent, { kind: Kind }>, parts: IntentParts) => void;
};

/** What is done for each kind of intent: one line each. What it throws is noted as the outcome. */
const PERFORMERS: Performers = {
  'siren.start': ({ profile, owner, cause }, { siren }) => {
    siren.startProfile(profile, { owner, cause: cause.text });
  },
  'siren.stop': ({ profile, cause }, { siren }) => {
    siren.stopProfile(profile, { cause: cause.text });
  },
  'siren.release': ({ owner, cause }, { siren }) => {
    siren.stopOwner(owner, { cause: cause.text });
  },
  'alarm.acknowledge': ({ profile, cause }, { alarms }) => {
    const by = `by ${cause.text}`;
    // A rule that acknowledges what is over, or was acknowledged before, has nothing left to do.
    if (profile === undefined) alarms.acknowledge('all', { by });
    else if (alarms.isWaiting(profile)) alarms.acknowledge({ profile }, { by });
  },
};

/** Does what rules want. The parts are read at each intent: they may be built after the rules. */
export function intentPerformer(parts: IntentParts): (intent: Intent) => void {
  return (intent) => {
    // The table is complete by its type; an intent always meets the performer of its own kind.
    (PERFORMERS[intent.kind] as (intent: Intent, parts: IntentParts) => void)(intent, parts);
  };
}
