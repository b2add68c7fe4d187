import { z } from 'zod';
import { randomToken } from '../../base/ids.js';
import { contactSchema, type Contact } from '../../calls/contacts.js';
import { CALL_LIMITS } from '../../calls/limits.js';
import { type Command, defineCommand } from '../command.js';
import { addItem, changedItem, findItem, newItem, removeItem, replaceItem } from '../item-list.js';
import { refuseIfNamed } from '../named-by-rules.js';
import { relocatingProblems } from '../relocate-problems.js';
import type { Services } from '../services.js';
import { quoted } from '../words.js';

const WHAT = 'contact';
const byId = z.strictObject({ id: z.string().describe('The id of the contact.') });

const list = defineCommand({
  name: 'contacts.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Every contact: whom the device can call.',
  input: z.strictObject({}),
  run: ({ services }) => services.config.get('contacts'),
});

const get = defineCommand({
  name: 'contacts.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One contact.',
  input: byId,
  run: ({ services }, { id }) => findItem(services.config.get('contacts'), id, WHAT),
});

const create = defineCommand({
  name: 'contacts.create',
  kind: 'command',
  role: 'administrator',
  summary: 'Adds a contact.',
  input: z.strictObject({ contact: newItem(contactSchema, () => `contact-${randomToken(4)}`) }),
  run: async ({ services }, { contact }) => {
    const next = await change(services, (contacts) => ({
      contacts: addItem(contacts, contact, { what: WHAT, limit: CALL_LIMITS.contacts }),
      index: contacts.length,
    }));
    return findItem(next, contact.id, WHAT);
  },
});

const update = defineCommand({
  name: 'contacts.update',
  kind: 'command',
  role: 'administrator',
  summary: 'Replaces a contact.',
  input: z.strictObject({ id: byId.shape.id, contact: changedItem(contactSchema) }),
  run: async ({ services }, { id, contact }) => {
    const next = await change(services, (contacts) => ({
      contacts: replaceItem(contacts, { id, item: contact }, WHAT),
      index: contacts.findIndex((one) => one.id === id),
    }));
    return findItem(next, id, WHAT);
  },
});

const remove = defineCommand({
  name: 'contacts.delete',
  kind: 'command',
  role: 'administrator',
  summary: 'Deletes a contact that no rule calls.',
  input: byId,
  run: async ({ services }, { id }) => {
    await services.config.change(({ contacts, rules }) => {
      refuseIfNamed(rules, 'contact', id, `The contact ${quoted(findItem(contacts, id, WHAT).name)}`);
      return { contacts: removeItem(contacts, id, WHAT) };
    });
  },
});

/** Changes the contacts; what is wrong with the one at `index` is reported where the client put it. */
function change(
  services: Services,
  changer: (contacts: readonly Contact[]) => { readonly contacts: Contact[]; readonly index: number },
): Promise<readonly Contact[]> {
  let place = '';
  return relocatingProblems(
    () =>
      services.config.update('contacts', (current) => {
        const { contacts, index } = changer(current);
        place = `contacts[${index}]`;
        return contacts;
      }),
    { from: () => place, to: 'contact' },
  );
}

export const CONTACT_COMMANDS = [list, get, create, update, remove] as readonly Command[];
