import { isSipUri } from '../sip/message/index.js';
import type { Account } from './account.js';
import { withoutParameters } from './called-address.js';
import { parsedUri } from './parsed-address.js';
import type { CallInvitation } from './signaling.js';
import type { TrustedServers } from './trusted-servers.js';

/** Where it was found who calls. */
export type RemoteUriSource = 'From' | 'P-Asserted-Identity';

/** Who calls, as far as it is known and may be shown. */
export interface CallerIdentity {
  /** Without parameters: `sip:guard@pbx.example.com`, `tel:+15550100`. */
  readonly uri: string;
  readonly name?: string;
  readonly source: RemoteUriSource;
  /** The caller asks that nobody is shown who it is (RFC 3323, RFC 3325 section 9.3). */
  readonly isPrivate: boolean;
}

const IDENTITY_HEADERS = ['P-Asserted-Identity', 'Privacy'] as const;

/** What stands in the place of a caller that does not want to be shown (RFC 3323 section 4.1.1.3). */
const ANONYMOUS = { uri: 'sip:anonymous@anonymous.invalid', name: 'Anonymous' } as const;

/** The privacy types that hide who calls; `none` and `session` do not (RFC 3323 section 4.2, RFC 3325). */
const HIDING = new Set(['id', 'user', 'header']);

/**
 * Who calls. P-Asserted-Identity and Privacy say so only where a trusted server sent the INVITE (RFC 3325 section
 * 5): anybody else could write there what it likes. Otherwise it is From, which everybody can write, too.
 */
export function callerIdentity(
  invitation: CallInvitation,
  account: Account | undefined,
  trust: Pick<TrustedServers, 'trustOf'>,
): CallerIdentity {
  const says = IDENTITY_HEADERS.some((name) => invitation.header(name).length > 0);
  if (says && trust.trustOf(account, invitation.sourceAddress) === 'trusted') {
    const isPrivate = invitation.header('Privacy').some(asksToHide);
    const asserted = assertedIdentity(invitation);
    if (asserted !== undefined) return { ...asserted, source: 'P-Asserted-Identity', isPrivate };
    if (isPrivate) return { ...claimed(invitation), isPrivate };
  }
  return claimed(invitation);
}

/** What people and events may see of a caller. */
export function shownIdentity(identity: CallerIdentity): CallerIdentity {
  return identity.isPrivate ? { ...identity, ...ANONYMOUS } : identity;
}

function claimed({ fromUri, displayName }: CallInvitation): CallerIdentity {
  return {
    uri: withoutParameters(fromUri),
    ...(displayName === undefined ? {} : { name: displayName }),
    source: 'From',
    isPrivate: false,
  };
}

/** One SIP URI, one tel URI or one of each may stand there (RFC 3325 section 9.1); the SIP URI says more. */
function assertedIdentity(invitation: CallInvitation): { uri: string; name?: string } | undefined {
  const found = invitation.nameAddresses('P-Asserted-Identity');
  const chosen = found.find(({ uri }) => isSip(uri)) ?? found.find(({ uri }) => uri.startsWith('tel:'));
  if (chosen === undefined) return undefined;
  const name = chosen.displayName ?? found.find(({ displayName }) => displayName !== undefined)?.displayName;
  return { uri: withoutParameters(chosen.uri), ...(name === undefined ? {} : { name }) };
}

function isSip(text: string): boolean {
  const uri = parsedUri(text);
  return uri !== undefined && isSipUri(uri);
}

function asksToHide(value: string): boolean {
  return value.split(';').some((type) => HIDING.has(type.trim().toLowerCase()));
}
