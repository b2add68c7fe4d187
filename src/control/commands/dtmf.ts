import { z } from 'zod';
import { type DtmfSequenceId, randomToken } from '../../base/ids.js';
import { dtmfSchema, dtmfSequenceSchema, type DtmfSequence } from '../../calls/dtmf-settings.js';
import { CALL_LIMITS } from '../../calls/limits.js';
import { type Command, defineCommand } from '../command.js';
import { addItem, changedItem, findItem, newItem, removeItem, replaceItem } from '../item-list.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

const WHAT = 'sequence';
const byId = z.strictObject({ id: z.string().describe('The id of the sequence.') });

const get = defineCommand({
  name: 'dtmf.get',
  kind: 'query',
  role: 'viewer',
  summary: 'The DTMF sequences and the key timeout.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('dtmf'),
});

const update = defineCommand({
  name: 'dtmf.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Changes the key timeout: how long a pause between two keys of a sequence may be.',
  input: z.strictObject({
    settings: z.strictObject({ keyTimeoutSeconds: dtmfSchema.shape.keyTimeoutSeconds.unwrap() }),
  }),
  run: ({ services }, { settings }) => services.config.update('dtmf', (dtmf) => ({ ...dtmf, ...settings })),
});

const add = defineCommand({
  name: 'dtmf.add',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds a DTMF sequence. Each sequence is there once.',
  input: z.strictObject({
    sequence: newItem(dtmfSequenceSchema, () => `sequence-${randomToken(4)}`),
  }),
  run: async ({ services }, { sequence }) => {
    const next = await change(services, (sequences) => ({
      sequences: addItem(sequences, sequence, { what: WHAT, limit: CALL_LIMITS.dtmfSequences }),
      index: sequences.length,
    }));
    return findItem(next, sequence.id, WHAT);
  },
});

const replace = defineCommand({
  name: 'dtmf.replace',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces a DTMF sequence; it counts from the next key on, also in calls in progress.',
  input: z.strictObject({ id: byId.shape.id, sequence: changedItem(dtmfSequenceSchema) }),
  run: async ({ services }, { id, sequence }) => {
    const next = await change(services, (sequences) => ({
      sequences: replaceItem(sequences, { id, item: sequence }, WHAT),
      index: sequences.findIndex((one) => one.id === (id as DtmfSequenceId)),
    }));
    return findItem(next, id, WHAT);
  },
});

const remove = defineCommand({
  name: 'dtmf.remove',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes a DTMF sequence that no rule waits for.',
  input: byId,
  run: async ({ services }, { id }) => {
    await services.config.change(({ dtmf, rules }) => {
      refuseIfNamed(rules, 'dtmfSequence', id, `The sequence ${quoted(id)}`);
      return { dtmf: { ...dtmf, sequences: removeItem(dtmf.sequences, id, WHAT) } };
    });
  },
});

/** Changes the sequences; what is wrong with the one at `index` is reported where the client put it. */
async function change(
  services: Services,
  changer: (sequences: readonly DtmfSequence[]) => {
    readonly sequences: DtmfSequence[];
    readonly index: number;
  },
): Promise<readonly DtmfSequence[]> {
  let place = '';
  const next = await relocatingProblems(
    () =>
      services.config.update('dtmf', (dtmf) => {
        const { sequences, index } = changer(dtmf.sequences);
        place = `dtmf.sequences[${index}]`;
        return { ...dtmf, sequences };
      }),
    { from: () => place, to: 'sequence' },
  );
  return next.sequences;
}

export const DTMF_COMMANDS = [get, update, add, replace, remove] as readonly Command[];
