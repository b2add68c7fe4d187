import { ALL_PEER_TO_PEER } from '../calls/dtmf-settings.js';
import type { Problem } from '../config/problem.js';
import { CLIENT_HEARTBEAT } from '../inputs/heartbeat-settings.js';
import { VIRTUAL_ID } from '../outputs/outputs-schema.js';
import { flashRate, SAFE_FLASH_RATE } from '../patterns/flash-rate.js';
import type { ReferenceTo } from '../rules/reference.js';
import { ruleIdOf } from '../rules/rule.js';
import { referencesOf } from '../rules/references.js';
import { subscriptionsOf } from './mqtt-settings.js';
import { missingFromRecipients, recordingsForNobody } from './recipient-checks.js';
import type { DeviceDocument } from './services.js';
import { quoted } from './words.js';

/** What must hold between the parts of the configuration. */
export const DOCUMENT_CHECKS: readonly ((document: DeviceDocument) => readonly Problem[])[] = [
  tooManyRules,
  missingFromRules,
  missingCertificates,
  missingAccountsOfSequences,
  missingAccountsOfContacts,
  neverAnswered,
  fasterThanLimit,
  missingFromRecipients,
  recordingsForNobody,
  missingHolidays,
];

function tooManyRules({ rules, limits }: DeviceDocument): Problem[] {
  if (rules.length <= limits.rules) return [];
  const message = `there are ${rules.length} rules, and ${limits.rules} are allowed (limits.rules)`;
  return [{ path: 'limits.rules', message, accepted: `at least ${rules.length}, or fewer rules` }];
}

/** What rules can name: what a person calls it, and the ids that there are. */
const NAMED: Readonly<
  Record<ReferenceTo, { readonly what: string; ids(document: DeviceDocument): readonly string[] }>
> = {
  profile: { what: 'profile', ids: ({ profiles }) => profiles.map(({ name }) => name) },
  account: { what: 'account', ids: ({ accounts }) => accounts.map(({ id }) => id) },
  contact: { what: 'contact', ids: ({ contacts }) => contacts.map(({ id }) => id) },
  rule: { what: 'rule', ids: ({ rules }) => rules.map(ruleIdOf) },
  dtmfSequence: { what: 'DTMF sequence', ids: ({ dtmf }) => dtmf.sequences.map(({ id }) => id) },
  digitalInput: { what: 'digital input', ids: ({ ioPorts }) => portsOf(ioPorts, 'input') },
  digitalOutput: { what: 'digital output', ids: ({ ioPorts }) => portsOf(ioPorts, 'output') },
  manualTrigger: { what: 'manual trigger', ids: ({ manualTriggers }) => manualTriggers.map(({ id }) => id) },
  schedule: { what: 'schedule', ids: ({ schedules }) => idsOfKind(schedules, 'interval') },
  pulse: { what: 'pulse', ids: ({ schedules }) => idsOfKind(schedules, 'pulse') },
  heartbeat: {
    what: 'heartbeat',
    ids: ({ heartbeats }) => [CLIENT_HEARTBEAT, ...heartbeats.map(({ id }) => id)],
  },
  output: { what: 'output', ids: ({ outputs }) => [VIRTUAL_ID, ...outputs.map(({ id }) => id)] },
  recipient: { what: 'recipient', ids: ({ recipients }) => recipients.map(({ id }) => id) },
  certificate: { what: 'certificate', ids: ({ certificates }) => certificates.map(({ id }) => id) },
  statefulSubscription: {
    what: 'stateful MQTT subscription',
    ids: ({ mqtt }) => subscriptionsOf(mqtt, 'stateful'),
  },
  statelessSubscription: {
    what: 'stateless MQTT subscription',
    ids: ({ mqtt }) => subscriptionsOf(mqtt, 'stateless'),
  },
};

function portsOf(ports: DeviceDocument['ioPorts'], direction: 'input' | 'output'): readonly string[] {
  return ports.filter((port) => port.direction === direction).map(({ id }) => id);
}

function idsOfKind(schedules: DeviceDocument['schedules'], kind: 'interval' | 'pulse'): readonly string[] {
  return schedules.filter((schedule) => schedule.kind === kind).map(({ id }) => id);
}

function oneOf(ids: readonly string[], what: string): string {
  return ids.length === 0 ? `there is no ${what} yet; add it first` : `one of ${ids.join(', ')}`;
}

/** A schedule that leaves out holidays nobody has would come on them. */
function missingHolidays({ schedules, holidays }: DeviceDocument): Problem[] {
  const ids = holidays.map(({ id }) => id);
  return schedules.flatMap(({ name, holidays: named }, place) =>
    named.flatMap((id, index) =>
      ids.includes(id)
        ? []
        : {
            path: `schedules[${place}].holidays[${index}]`,
            message: `the schedule ${quoted(name)} refers to the list of holidays ${quoted(id)}, which does not exist`,
            accepted: oneOf(ids, 'list of holidays'),
          },
    ),
  );
}

/** A rule that runs a profile nobody has, or waits for what nobody can dial, would be silent when it matters. */
export function missingFromRules(document: DeviceDocument): Problem[] {
  const known = new Map<ReferenceTo, ReadonlySet<string>>();
  const idsOf = (to: ReferenceTo): ReadonlySet<string> => {
    const ids = known.get(to) ?? new Set(NAMED[to].ids(document));
    known.set(to, ids);
    return ids;
  };
  return document.rules.flatMap((rule, index) =>
    referencesOf(rule)
      .filter(({ to, id }) => !idsOf(to).has(id))
      .map(({ to, id, path }) => ({
        path: `rules[${index}].${path}`,
        message: `the rule ${quoted(rule.name)} refers to the ${NAMED[to].what} ${quoted(id)}, which does not exist`,
        accepted: oneOf([...idsOf(to)], NAMED[to].what),
      })),
  );
}

/** Where a certificate is named, and what is shown where none is. */
interface CertificateUse {
  readonly id: string;
  readonly path: string;
  readonly whose: string;
  readonly otherwise?: string;
}

/** An account or a port that shows a certificate nobody has could not be reached over TLS. */
function missingCertificates({ accounts, sip, mqtt, certificates }: DeviceDocument): Problem[] {
  const own = certificates.filter(({ kind }) => kind === 'clientServer').map(({ id }) => id as string);
  const uses: readonly CertificateUse[] = [
    { id: sip.tlsCertificate, path: 'sip.tlsCertificate', whose: 'the TLS port' },
    {
      id: mqtt.clientCertificate,
      path: 'mqtt.clientCertificate',
      whose: 'the MQTT client',
      otherwise: 'none',
    },
    ...accounts.map(({ certificate, id }, index) => ({
      id: certificate,
      path: `accounts[${index}].certificate`,
      whose: `the account ${quoted(id)}`,
    })),
  ];
  return uses
    .filter(({ id }) => id !== '' && !own.includes(id))
    .map(({ id, path, whose, otherwise = "the device's own" }) => ({
      path,
      message: `${whose} refers to the certificate ${quoted(id)}, which does not exist or has no key`,
      accepted: `one of ${own.join(', ')}, or nothing for ${otherwise}`,
    }));
}

function missingAccountsOfSequences({ accounts, dtmf }: DeviceDocument): Problem[] {
  const ids = new Set<string>([...accounts.map((account) => account.id), ALL_PEER_TO_PEER]);
  return dtmf.sequences.flatMap(({ sequence, accounts: named }, place) =>
    named.flatMap((id, index) =>
      ids.has(id)
        ? []
        : {
            path: `dtmf.sequences[${place}].accounts[${index}]`,
            message: `the DTMF sequence ${sequence} refers to the account ${quoted(id)}, which does not exist`,
            accepted: `one of ${[...ids].join(', ')}`,
          },
    ),
  );
}

function missingAccountsOfContacts({ accounts, contacts }: DeviceDocument): Problem[] {
  const ids = new Set<string>(accounts.map((account) => account.id));
  return contacts.flatMap(({ name, account }, index) =>
    account === '' || ids.has(account)
      ? []
      : {
          path: `contacts[${index}].account`,
          message: `the contact ${quoted(name)} refers to the account ${quoted(account)}, which does not exist`,
          accepted: `one of ${[...ids].join(', ')}, or nothing for the default one`,
        },
  );
}

/** A call that is to be answered after it has been given up would never be. */
function neverAnswered({ accounts, sip }: DeviceDocument): Problem[] {
  return accounts.flatMap(({ answerAfterSeconds, answerAutomatically }, index) =>
    !answerAutomatically || answerAfterSeconds < sip.callingTimeoutSeconds
      ? []
      : {
          path: `accounts[${index}].answerAfterSeconds`,
          message: `is not shorter than the calling timeout, ${sip.callingTimeoutSeconds} seconds, after which a call is given up`,
          accepted: `less than ${sip.callingTimeoutSeconds}`,
        },
  );
}

/** A profile that asks for fast flashing and cannot have it would show something else than it says. */
function fasterThanLimit({ profiles, light: { maxFlashesPerSecond } }: DeviceDocument): Problem[] {
  return profiles.flatMap(({ name, light }, index) => {
    const rate = light ? flashRate(light) : 0;
    return rate <= Math.max(SAFE_FLASH_RATE, maxFlashesPerSecond)
      ? []
      : {
          path: `profiles[${index}].light.speed`,
          message: `the light of the profile ${quoted(name)} flashes ${rate} times a second, and no light of this device may flash more than ${maxFlashesPerSecond} times (light.maxFlashesPerSecond)`,
          accepted: `a slower speed, or a limit of ${rate} or more`,
        };
  });
}
