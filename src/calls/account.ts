import { z } from 'zod';
import type { AccountId } from '../base/ids.js';

/** Where the number that a caller dialled can be found when a PBX put our contact into the request-URI. */
export const CALLED_ADDRESS_SOURCES = ['P-Called-Party-ID', 'History-Info', 'Diversion', 'To'] as const;

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

/** System > SIP > Accounts, by the names of the manual and of vapix A.3.4. */
export const accountSchema = z
  .strictObject({
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
    transport: z.enum(['udp', 'tcp']).default('udp'),
    /** Outbound proxies, first one first. */
    proxies: z.array(proxySchema).max(8).default([]),
    /** Where to look for the dialled number, in this order. */
    calledAddress: z
      .array(z.enum(CALLED_ADDRESS_SOURCES))
      .refine((sources) => new Set(sources).size === sources.length, 'each source once')
      .default([...CALLED_ADDRESS_SOURCES]),
  })
  .superRefine((account, context) => {
    if (account.mode !== 'registered') return;
    if (account.userId === '') {
      context.addIssue({ code: 'custom', path: ['userId'], message: 'a registered account needs a user ID' });
    }
    if (account.registrar === '') {
      context.addIssue({
        code: 'custom',
        path: ['registrar'],
        message: 'a registered account needs the address of its registrar',
      });
    }
  });

export type Account = z.infer<typeof accountSchema>;

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
