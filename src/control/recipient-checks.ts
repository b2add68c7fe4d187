import type { Problem } from '../config/problem.js';
import { recipientKindOf } from '../recipients/kinds/index.js';
import type { RecipientReference } from '../recipients/recipient-kind.js';
import type { DeviceDocument } from './services.js';
import { quoted } from './words.js';

/** What recipients can name: the ids that there are. */
const NAMED: Readonly<Record<RecipientReference['to'], (document: DeviceDocument) => readonly string[]>> = {
  account: ({ accounts }) => accounts.map(({ id }) => id),
  contact: ({ contacts }) => contacts.map(({ id }) => id),
  certificate: ({ certificates }) =>
    certificates.filter(({ kind }) => kind === 'clientServer').map(({ id }) => id),
};

/** A recipient that calls nobody, or shows a certificate that is not there, would be silent when it matters. */
export function missingFromRecipients(document: DeviceDocument): Problem[] {
  return document.recipients.flatMap(({ name, kind, settings }, index) =>
    (recipientKindOf(kind).names?.(settings) ?? [])
      .map((reference) => ({ ...reference, ids: NAMED[reference.to](document) }))
      .filter(({ id, ids }) => !ids.includes(id))
      .map(({ to, id, field, ids }) => ({
        path: `recipients[${index}].settings.${field}`,
        message: `the recipient ${quoted(name)} refers to the ${to} ${quoted(id)}, which does not exist`,
        accepted:
          ids.length === 0 ? `nothing; there is no ${to} yet` : `one of ${ids.join(', ')}, or nothing`,
      })),
  );
}

/** A rule that asks for a recording where none can go would record a call for nobody. */
export function recordingsForNobody({ rules, recipients }: DeviceDocument): Problem[] {
  const taking = new Set(
    recipients.filter(({ kind }) => recipientKindOf(kind).takesRecordings).map(({ id }) => id),
  );
  return rules.flatMap((rule, index) =>
    rule.actions.flatMap((action, place) =>
      action.kind !== 'notification.send' || action.recording !== true || taking.has(action.recipient)
        ? []
        : {
            path: `rules[${index}].actions[${place}].recording`,
            message: `the rule ${quoted(rule.name)} wants a recording sent to a recipient that takes none`,
            accepted: 'false, or a recipient for files, email or HTTP',
          },
    ),
  );
}
