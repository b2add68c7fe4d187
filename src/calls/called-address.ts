import { isSipUri, parseUri, type SipUri } from '../sip/message/index.js';
import type { Account, CALLED_ADDRESS_SOURCES } from './account.js';
import type { CallInvitation } from './signaling.js';
import type { TrustedServers } from './trusted-servers.js';

type CalledAddressSource = (typeof CALLED_ADDRESS_SOURCES)[number];

export interface CalledAddress {
  /** What the caller dialled, without parameters: `sip:1001@192.168.0.90`. */
  readonly uri: string;
  /** Where it was found. */
  readonly source: 'request-URI' | CalledAddressSource;
  /** A header that named another address, and was not believed because a stranger sent it. */
  readonly notBelieved?: CalledAddressSource;
}

/**
 * Finds what the caller dialled. That is the request-URI, unless the account's server replaced it by our
 * contact, whose user part is the account's user ID: then the account's order of headers is followed. What a
 * stranger writes into those that servers write is not believed; where it is not known yet who the servers are, it
 * is, since the alarm hangs on it.
 */
export function findCalledAddress(
  invitation: CallInvitation,
  account: Account,
  trust: Pick<TrustedServers, 'trustOf'>,
): CalledAddress {
  const requested: CalledAddress = { uri: withoutParameters(invitation.requestUri), source: 'request-URI' };
  if (account.mode !== 'registered' || userOf(invitation.requestUri) !== account.userId) return requested;
  let notBelieved: CalledAddressSource | undefined;
  for (const source of account.calledAddress) {
    const uri = readSource(invitation, source);
    if (uri === undefined || userOf(uri) === account.userId) continue;
    if (source === 'To' || trust.trustOf(account, invitation.sourceAddress) !== 'stranger') {
      return withNote({ uri: withoutParameters(uri), source }, notBelieved);
    }
    notBelieved ??= source;
  }
  return withNote(requested, notBelieved);
}

function withNote(
  called: CalledAddress,
  notBelieved: CalledAddress['notBelieved'] | undefined,
): CalledAddress {
  return notBelieved === undefined ? called : { ...called, notBelieved };
}

/**
 * P-Called-Party-ID (RFC 7315) has one address. Of History-Info (RFC 7044) the first entry is what was
 * dialled, of Diversion (RFC 5806) the last, since each server puts its own on top.
 */
function readSource(invitation: CallInvitation, source: CalledAddressSource): string | undefined {
  switch (source) {
    case 'P-Called-Party-ID':
    case 'History-Info':
      return invitation.addresses(source).at(0);
    case 'Diversion':
      return invitation.addresses(source).at(-1);
    case 'To':
      return invitation.toUri;
  }
}

function userOf(text: string): string | undefined {
  return parseSipUri(text)?.decodedUser;
}

/** A SIP URI reduced to scheme, user, host and port: what rules compare and people read. */
export function withoutParameters(text: string): string {
  const uri = parseSipUri(text);
  if (uri === undefined) return text;
  const host = uri.host.includes(':') ? `[${uri.host}]` : uri.host;
  const user = uri.user === undefined ? '' : `${uri.user}@`;
  return `${uri.scheme}:${user}${host}${uri.port === undefined ? '' : `:${uri.port}`}`;
}

/** Undefined for anything that is no SIP or SIPS URI: a caller may name itself as it likes. */
function parseSipUri(text: string): SipUri | undefined {
  try {
    const uri = parseUri(text);
    return isSipUri(uri) ? uri : undefined;
  } catch {
    return undefined;
  }
}
