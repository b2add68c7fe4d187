import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { randomToken, type RuleId } from '../../base/ids.js';
import { jsonSchemaOf } from '../../config/json-schema-of.js';
import { RECIPIENT_KINDS } from '../../recipients/kinds/index.js';
import { MAX_RECIPIENTS } from '../../recipients/limits.js';
import type { RecipientSettings } from '../../recipients/recipient-settings.js';
import { recipientSchema } from '../../recipients/recipients-schema.js';
import type { IntentCause } from '../../rules/intent-cause.js';
import { templateText } from '../../rules/placeholders.js';
import { type Caller, type Command, defineCommand } from '../command.js';
import { addItem, changedItem, findItem, newItem, removeItem, replaceItem } from '../item-list.js';
import { RECIPIENT_SECRETS } from '../recipient-secrets.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

const WHAT = 'recipient';
const byId = z.strictObject({ id: z.string().describe('The id of the recipient.') });
const byDelivery = z.strictObject({
  id: byId.shape.id,
  delivery: z.string().describe('The id of the delivery.'),
});
const shown = z.preprocess(withoutViewOnly, recipientSchema);

/** What a person may have sent by hand. */
const messageSchema = z.strictObject({
  subject: templateText(200).optional().describe('Of an email.'),
  text: templateText(4_096).optional().describe('What people read.'),
  body: templateText(16_384).optional().describe('Of an HTTP request, in place of the recipient’s.'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  querySuffix: templateText(1_024).optional().describe('Added to the address of an HTTP request.'),
  fileName: templateText(200).optional().describe('Of a file, without its ending.'),
});

const list = defineCommand({
  name: 'recipients.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every recipient with how it does: what waits, the last success, the last error.',
  input: z.strictObject({}),
  run: ({ services }) => Promise.all(services.config.get('recipients').map((one) => view(services, one.id))),
});

const get = defineCommand({
  name: 'recipients.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One recipient with how it does.',
  input: byId,
  run: ({ services }, { id }) => view(services, id),
});

const create = defineCommand({
  name: 'recipients.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds a recipient.',
  input: z.strictObject({ recipient: newItem(shown, () => `recipient-${randomToken(4)}`) }),
  run: async ({ services }, { recipient }) => {
    await change(services, (recipients) => ({
      recipients: addItem(recipients, recipient, { what: WHAT, limit: MAX_RECIPIENTS }),
      index: recipients.length,
    }));
    return view(services, recipient.id);
  },
});

const update = defineCommand({
  name: 'recipients.update',
  kind: 'command',
  role: 'administrator',
  summary:
    'Replaces a recipient; what waits for it is tried at once. A secret that is empty or left out stays as it is.',
  input: z.strictObject({ id: byId.shape.id, recipient: changedItem(shown) }),
  run: async ({ services }, { id, recipient }) => {
    await change(services, (recipients) => {
      const item = RECIPIENT_SECRETS.withStored(recipient, findItem(recipients, id, WHAT));
      return {
        recipients: replaceItem(recipients, { id, item }, WHAT),
        index: recipients.findIndex((one) => one.id === id),
      };
    });
    return view(services, id);
  },
});

const remove = defineCommand({
  name: 'recipients.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes a recipient that no rule names; with what waits for it only where that is said.',
  input: z.strictObject({
    id: byId.shape.id,
    discard: z.boolean().default(false).describe('Whether notifications that wait for it go, too.'),
  }),
  run: async ({ services }, { id, discard }) => {
    findItem(services.config.get('recipients'), id, WHAT);
    const { waiting } = await services.recipients.status(id);
    if (waiting > 0 && !discard) {
      throw new SipsirenError(
        'CONFLICT',
        `${waiting} notification${waiting === 1 ? ' waits' : 's wait'} for the recipient and would be lost; delete it with discard=true to give them up.`,
        { path: 'discard' },
      );
    }
    await services.config.change(({ recipients, rules }) => {
      refuseIfNamed(rules, 'recipient', id, `The recipient ${quoted(id)}`);
      return { recipients: removeItem(recipients, id, WHAT) };
    });
  },
});

const test = defineCommand({
  name: 'recipients.test',
  kind: 'command',
  role: 'operator',
  summary: 'Sends something to a recipient at once, and tells the whole conversation.',
  input: z.strictObject({ id: byId.shape.id, message: messageSchema.default({}) }),
  run: ({ services, caller }, { id, message }) =>
    services.recipients.test(findItem(services.config.get('recipients'), id, WHAT), {
      wish: message,
      cause: causeOf(services, caller, 'Test'),
    }),
});

const tryOut = defineCommand({
  name: 'recipients.tryOut',
  kind: 'command',
  role: 'administrator',
  summary:
    'The same for settings that are not stored; of a stored recipient with that id, secrets that are left out.',
  input: z.strictObject({ recipient: newItem(shown, () => `recipient-${randomToken(4)}`) }),
  run: ({ services, caller }, { recipient }) => {
    const stored = services.config.get('recipients').find(({ id }) => id === recipient.id);
    const settings = stored ? RECIPIENT_SECRETS.withStored(recipient, stored) : recipient;
    return services.recipients.test(settings, { wish: {}, cause: causeOf(services, caller, 'Test') });
  },
});

const send = defineCommand({
  name: 'recipients.send',
  kind: 'command',
  role: 'operator',
  summary: 'Sends a notification by hand; answers when it is kept for delivery, before it is delivered.',
  input: z.strictObject({ id: byId.shape.id, message: messageSchema.default({}) }),
  run: async ({ services, caller }, { id, message }) => {
    const cause = causeOf(services, caller, 'By hand');
    const delivery = await services.recipients.send(id, { wish: message, cause });
    return { delivery: delivery.id, sequence: delivery.sequence };
  },
});

const outbox = defineCommand({
  name: 'recipients.outbox',
  kind: 'query',
  role: 'viewer',
  summary: 'What waits for a recipient, in its order, with the attempts so far.',
  input: byId,
  run: ({ services }, { id }) => services.recipients.outbox(id),
});

const deadLetters = defineCommand({
  name: 'recipients.deadLetters',
  kind: 'query',
  role: 'viewer',
  summary: 'What was given up, newest first, with the reason.',
  input: byId,
  run: ({ services }, { id }) => services.recipients.deadLetters(id),
});

const retry = defineCommand({
  name: 'recipients.retry',
  kind: 'command',
  role: 'operator',
  summary: 'Tries a dead letter again, after what waits.',
  input: byDelivery,
  run: ({ services }, { id, delivery }) => services.recipients.retry(id, delivery),
});

const discard = defineCommand({
  name: 'recipients.discard',
  kind: 'command',
  role: 'operator',
  summary: 'Forgets a dead letter.',
  input: byDelivery,
  run: ({ services }, { id, delivery }) => services.recipients.discard(id, delivery),
});

const kinds = defineCommand({
  name: 'recipients.kinds',
  kind: 'query',
  role: 'viewer',
  summary: 'Every kind of recipient with the JSON schema of its settings.',
  input: z.strictObject({}),
  run: () =>
    RECIPIENT_KINDS.map(({ kind, summary, settings, delivery, takesRecordings, secrets }) => ({
      kind,
      summary,
      delivery,
      takesRecordings,
      secrets,
      settings: jsonSchemaOf(settings),
    })),
});

async function view(services: Services, id: string) {
  const recipient = findItem(services.config.get('recipients'), id, WHAT);
  const status = recipient.enabled
    ? await services.recipients.status(id)
    : { ...(await services.recipients.status(id)), state: 'off' as const };
  return { ...RECIPIENT_SECRETS.shown(recipient), status };
}

function causeOf({ system }: Services, caller: Caller, name: string): IntentCause {
  return { rule: '' as RuleId, name, at: system.now(), text: caller.name };
}

/** What was shown can be sent back: the state and the marks of secrets are no settings. */
function withoutViewOnly(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { status: _status, ...recipient } = value as Record<string, unknown>;
  return RECIPIENT_SECRETS.withoutMarks(recipient);
}

/** Changes the recipients; what is wrong with the one at `index` is reported where the client put it. */
async function change(
  services: Services,
  changer: (recipients: readonly RecipientSettings[]) => {
    readonly recipients: RecipientSettings[];
    readonly index: number;
  },
): Promise<readonly RecipientSettings[]> {
  let place = '';
  return relocatingProblems(
    () =>
      services.config.update('recipients', (current) => {
        const { recipients, index } = changer(current);
        place = `recipients[${index}]`;
        return recipients;
      }),
    { from: () => place, to: 'recipient' },
  );
}

export const RECIPIENT_COMMANDS = [
  list,
  get,
  create,
  update,
  remove,
  test,
  tryOut,
  send,
  outbox,
  deadLetters,
  retry,
  discard,
  kinds,
] as readonly Command[];
