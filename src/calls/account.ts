import { z } from 'zod';
import type { AccountId } from '../base/ids.js';

/** Where the number that a caller dialled can be found when a PBX put our contact into the request-URI. */
export const CALLED_ADDRESS_SOURCES = ['P-Called-Party-ID', 'History-Info', 'Diversion', 'To'] as const;

const MOST_PROXIES = 8;

/** A host name or address with an optional port: `pbx.example.com:5060`, `[2001:db8::1]`. */
const server = z
  .string()
  .trim()
  .max(255)
  .regex(
    /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/,
    'a host name or IP address, with a port where needed',
  );

const optionalServer = z.union([z.literal(''), server]);

const proxySchema = z.strictObject({
  /** Server address of the proxy. */
  server,
  username: z.string().max(255).default(''),
  password: z.string().max(255).default(''),
});

/** Which ways of telling a key are listened to; the manual's Use RTP, Use SIP INFO, and tones in the audio. */
const dtmfProtocolsSchema = z.strictObject({
  rtp: z.boolean().default(true),
  info: z.boolean().default(true),
  inband: z.boolean().default(false),
});

/** Who speaks over the loudspeakers of the outputs that carry voices. */
const pagingSchema = z
  .strictObject({
    /** How important a caller is who speaks, beside the priorities of profiles; null lets nobody speak. */
    priority: z.int().min(1).max(10).nullable().default(null),
    /** The dialled extensions that are for speaking; `*` is all of them. */
    extensions: z
      .array(z.string().regex(/^(?:\*|[^\s@<>":;*]{1,64})$/, 'an extension such as 1200, or * for all'))
      .max(64)
      .default([]),
    /** What becomes of a siren of no higher priority meanwhile. */
    siren: z.enum(['duck', 'silence']).default('duck'),
    /** Seconds without a word after which the loudspeakers are free again, until the next word; 0 is never. */
    silenceSeconds: z.int().min(0).max(600).default(0),
  })
  .refine(({ priority, extensions }) => priority === null || extensions.length > 0, {
    path: ['extensions'],
    error: 'name no extension, so that nobody could speak',
    params: { accepted: 'the extensions that are for speaking, or * for all' },
  });

/** System > SIP > Accounts, by the names of the manual and of vapix A.3.4. */
const accountFields = z.strictObject({
  /** Unique and stable; given by the device where the client gives none. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
    .transform((id) => id as AccountId),
  /** Active: whether the account can be used. */
  active: z.boolean().default(true),
  /** Make default: used for calls that name no account. Exactly one account is the default. */
  isDefault: z.boolean().default(false),
  /** Answer automatically: off means that an incoming call rings until somebody answers it. */
  answerAutomatically: z.boolean().default(true),
  /** With answer automatically: how many seconds a call rings first. */
  answerAfterSeconds: z.int().min(0).max(600).default(0),
  /** Without answer automatically: whether a call is answered that asks for it (Alert-Info, answer-after, RFC 5373). */
  answerOnRequest: z.boolean().default(false),
  /** What callers of a peer-to-peer account must know (digest authentication); empty lets everybody call. */
  callerPassword: z.string().max(255).default(''),
  /** How many calls of this account there may be at a time; null leaves it to the device's limit. */
  maxCalls: z.int().min(1).max(20_000).nullable().default(null),
  /** What becomes of one call more: it is told busy, or it takes the place of the oldest. */
  whenFull: z.enum(['busy', 'newerWins']).default('busy'),
  /** How keys are told apart in calls of this account (manual: DTMF > Protocols). */
  dtmf: dtmfProtocolsSchema.prefault({}),
  /** A descriptive name, not unique. */
  name: z.string().trim().max(64).default(''),
  /** User ID: the extension or number assigned to the device. */
  userId: z
    .string()
    .trim()
    .max(128)
    .regex(/^[^\s@<>"]*$/, 'no spaces, @, quotes or angle brackets')
    .default(''),
  mode: z.enum(['peer-to-peer', 'registered']),
  /** Domain shown as part of our SIP address; default: the registrar. */
  domain: optionalServer.default(''),
  password: z.string().max(255).default(''),
  /** Authentication ID where it is not the user ID. */
  authenticationId: z.string().trim().max(128).default(''),
  /** Caller ID: the name that the recipient of our calls sees. */
  callerId: z.string().trim().max(128).default(''),
  registrar: optionalServer.default(''),
  /** Secondary SIP server, used while the registrar does not answer; empty means none. */
  secondaryRegistrar: optionalServer.default(''),
  /** Domain of our address at the secondary server; default: the domain, or else the secondary server. */
  secondaryDomain: optionalServer.default(''),
  /** Transport mode. */
  transport: z.enum(['udp', 'tcp', 'tls']).default('udp'),
  /** TLS version, with transport mode TLS; automatic takes the newest that both sides have. */
  tlsVersion: z.enum(['automatic', '1.2', '1.3']).default('automatic'),
  /** Media encryption, with transport mode TLS: SRTP with keys in the session description (RFC 4568). */
  mediaEncryption: z.enum(['none', 'bestEffort', 'mandatory']).default('none'),
  /** The certificate that is shown to a server that asks, by its id; empty means the device's default one. */
  certificate: z.string().max(64).default(''),
  /** Verify server certificate (RFC 5922). */
  verifyServerCertificate: z.boolean().default(true),
  /** SIP secure: SIPS addresses; TLS on every hop. */
  sips: z.boolean().default(false),
  /** Prioritize IPv6 over IPv4 where a name has both. */
  prioritizeIpv6: z.boolean().default(false),
  /** Keeps the flow to the server open (RFC 5626): asked how often, in seconds; 0 turns it off. */
  keepAliveSeconds: z.int().min(0).max(3_600).default(25),
  /** Outbound proxies, first one first. */
  proxies: z.array(proxySchema).max(MOST_PROXIES).default([]),
  /** Whether callers of this account may speak over the loudspeakers. */
  paging: pagingSchema.prefault({}),
  /** Where to look for the dialled number, in this order. */
  calledAddress: z
    .array(z.enum(CALLED_ADDRESS_SOURCES))
    .refine((sources) => new Set(sources).size === sources.length, 'each source once')
    .default([...CALLED_ADDRESS_SOURCES]),
});

export const accountSchema = accountFields.superRefine(refuseContradictions);

export type Account = z.infer<typeof accountSchema>;

/** A password as a client gives it: null takes away the stored one, an empty or absent one leaves it as it is. */
const secretInput = z.string().max(255).nullable().default('');

/** An account as a client gives it. */
export const accountInputSchema = accountFields
  .extend({
    password: secretInput,
    callerPassword: secretInput,
    proxies: z
      .array(proxySchema.extend({ password: secretInput }))
      .max(MOST_PROXIES)
      .default([]),
  })
  .superRefine(refuseContradictions);

export type AccountInput = z.infer<typeof accountInputSchema>;

/** The account that always exists on a new device. */
export const PEER_TO_PEER_ACCOUNT: Account = accountSchema.parse({
  id: 'peer-to-peer',
  isDefault: true,
  name: 'peer to peer (default)',
  mode: 'peer-to-peer',
});

/** All accounts: unique ids, and exactly one default at any time. */
export const accountsSchema = z.array(accountSchema).superRefine((accounts, context) => {
  const ids = new Set<string>();
  for (const [index, account] of accounts.entries()) {
    if (ids.has(account.id)) {
      context.addIssue({
        code: 'custom',
        path: [index, 'id'],
        message: `another account has the id ${account.id}`,
      });
    }
    ids.add(account.id);
  }
  const defaults = accounts.filter((account) => account.isDefault).length;
  if (defaults !== 1) {
    context.addIssue({
      code: 'custom',
      path: [],
      message: `exactly one account must be the default, and ${defaults} are`,
    });
  }
});

interface AccountFields {
  readonly mode: 'peer-to-peer' | 'registered';
  readonly userId: string;
  readonly registrar: string;
  readonly secondaryRegistrar: string;
  readonly callerPassword: string | null;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly mediaEncryption: 'none' | 'bestEffort' | 'mandatory';
  readonly sips: boolean;
}

function refuseContradictions(account: AccountFields, context: z.RefinementCtx): void {
  for (const { path, message } of contradictionsIn(account)) {
    context.addIssue({ code: 'custom', path: [path], message });
  }
}

/** What an account lacks, and what two of its fields say against each other. */
function contradictionsIn(account: AccountFields): { readonly path: string; readonly message: string }[] {
  const found: { path: string; message: string }[] = [];
  const refuse = (path: keyof AccountFields, message: string) => found.push({ path, message });
  if (account.mode === 'registered') {
    if (account.userId === '') refuse('userId', 'is missing; a registered account needs a user ID');
    if (account.registrar === '') {
      refuse('registrar', 'is missing; a registered account needs the address of its registrar');
    }
    if (account.callerPassword) {
      refuse(
        'callerPassword',
        'is for peer-to-peer accounts; callers of a registered account prove themselves to its server',
      );
    }
  } else if (account.secondaryRegistrar !== '') {
    refuse('secondaryRegistrar', 'is for registered accounts; a peer-to-peer account has no server');
  }
  if (account.transport !== 'tls') {
    if (account.mediaEncryption !== 'none') {
      refuse(
        'mediaEncryption',
        `needs transport mode TLS: over ${account.transport.toUpperCase()} the keys could be read on the way`,
      );
    }
    if (account.sips) refuse('sips', 'needs transport mode TLS');
  }
  return found;
}
