import { z } from 'zod';
import { messageOf, SipsirenError } from '../../base/errors.js';
import { randomToken } from '../../base/ids.js';
import { jsonSchemaOf } from '../../config/json-schema-of.js';
import { OUTPUT_KINDS, outputKindOf } from '../../outputs/drivers/index.js';
import { MAX_OUTPUTS } from '../../outputs/limits.js';
import type { OutputSettings } from '../../outputs/output-settings.js';
import { outputSchema, VIRTUAL_ID } from '../../outputs/outputs-schema.js';
import { type Command, defineCommand } from '../command.js';
import { addItem, changedItem, findItem, newItem, removeItem, replaceItem } from '../item-list.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { OUTPUT_SECRETS } from '../output-secrets.js';
import { outputViews, type OutputView } from '../output-view.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

const WHAT = 'output';
const byId = z.strictObject({ id: z.string().describe('The id of the output.') });
const shown = z.preprocess(withoutViewOnly, outputSchema);

const list = defineCommand({
  name: 'outputs.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every output with its state: ok, failing (since when and why), or off.',
  input: z.strictObject({}),
  run: ({ services }) => outputViews(services),
});

const get = defineCommand({
  name: 'outputs.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One output with its state.',
  input: byId,
  run: ({ services }, { id }) => view(services, id),
});

const create = defineCommand({
  name: 'outputs.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds an output, which shows at once what shows.',
  input: z.strictObject({ output: newItem(shown, () => `output-${randomToken(4)}`) }),
  run: async ({ services }, { output }) => {
    await change(services, (outputs) => ({
      outputs: addItem(outputs, output, { what: WHAT, limit: MAX_OUTPUTS }),
      index: outputs.length,
    }));
    return view(services, output.id);
  },
});

const update = defineCommand({
  name: 'outputs.update',
  kind: 'command',
  role: 'administrator',
  summary:
    'Replaces an output; the others go on undisturbed. A secret that is empty or left out stays as it is.',
  input: z.strictObject({ id: byId.shape.id, output: changedItem(shown) }),
  run: async ({ services }, { id, output }) => {
    refuseLasting(id);
    await change(services, (outputs) => {
      const item = OUTPUT_SECRETS.withStored(output, findItem(outputs, id, WHAT));
      return {
        outputs: replaceItem(outputs, { id, item }, WHAT),
        index: outputs.findIndex((one) => one.id === id),
      };
    });
    return view(services, id);
  },
});

const remove = defineCommand({
  name: 'outputs.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes an output; it goes dark and silent.',
  input: byId,
  run: async ({ services }, { id }) => {
    refuseLasting(id);
    await change(services, (outputs) => {
      const rest = removeItem(outputs, id, WHAT);
      refuseIfNamed(services.config.get('rules'), 'output', id, `The ${WHAT} ${quoted(id)}`);
      return { outputs: rest, index: 0 };
    });
  },
});

const test = defineCommand({
  name: 'outputs.test',
  kind: 'command',
  role: 'operator',
  summary: 'Tries whether an output can be reached, without a change that a person would see or hear.',
  input: byId,
  run: async ({ services }, { id }) => {
    const { enabled } = view(services, id);
    if (!enabled) {
      throw new SipsirenError('CONFLICT', 'The output is turned off; turn it on to try it.', {
        path: 'enabled',
      });
    }
    const startedAt = services.system.now();
    const problem = await services.outputs.test(id).then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    const milliseconds = services.system.now() - startedAt;
    return problem === undefined ? { ok: true, milliseconds } : { ok: false, milliseconds, error: problem };
  },
});

const kinds = defineCommand({
  name: 'outputs.kinds',
  kind: 'query',
  role: 'viewer',
  summary: 'Every kind of output with the JSON schema of its settings.',
  input: z.strictObject({}),
  run: () =>
    OUTPUT_KINDS.map((kind) => ({
      kind: kind.kind,
      summary: kind.summary,
      hasChoices: kind.choices !== undefined,
      settings: jsonSchemaOf(kind.settings),
    })),
});

const choices = defineCommand({
  name: 'outputs.choices',
  kind: 'query',
  role: 'viewer',
  summary: 'What a setting of a kind of output may have on this machine, such as its sound cards.',
  input: z.strictObject({ kind: z.string().describe('The kind of output.') }),
  run: async (_context, { kind }) => (await outputKindOf(kind).choices?.()) ?? {},
});

function view(services: Services, id: string): OutputView {
  return findItem(outputViews(services), id, WHAT);
}

function refuseLasting(id: string): void {
  if (id !== VIRTUAL_ID) return;
  throw new SipsirenError('CONFLICT', 'The output of the page is always there and has nothing to change.');
}

/** What was shown can be sent back: the state and the marks of secrets are no settings. */
function withoutViewOnly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { status: _status, isLasting: _isLasting, ...output } = value as Record<string, unknown>;
  return OUTPUT_SECRETS.withoutMarks(output);
}

/** Changes the outputs; what is wrong with the one at `index` is reported where the client put it. */
async function change(
  services: Services,
  changer: (outputs: readonly OutputSettings[]) => {
    readonly outputs: OutputSettings[];
    readonly index: number;
  },
): Promise<readonly OutputSettings[]> {
  let place = '';
  return relocatingProblems(
    () =>
      services.config.update('outputs', (current) => {
        const { outputs, index } = changer(current);
        place = `outputs[${index}]`;
        return outputs;
      }),
    { from: () => place, to: 'output' },
  );
}

export const OUTPUT_SETTINGS_COMMANDS = [
  list,
  get,
  create,
  update,
  remove,
  test,
  kinds,
  choices,
] as readonly Command[];
