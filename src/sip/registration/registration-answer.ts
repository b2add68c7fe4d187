import {
  expiresField,
  isSipUri,
  minExpiresField,
  readLeniently,
  retryAfterField,
  uriEquals,
  type NameAddress,
  type SipRequest,
  type SipResponse,
} from '../message/index.js';
import type { RegistrationInput } from './registration-machine.js';

/** What a final response to a REGISTER means to the machine (RFC 3261 sections 10.2.4 and 10.3). */
export function registrationAnswer(response: SipResponse, request: SipRequest): RegistrationInput {
  const { status, reason } = response;
  if (status < 300) return { type: 'granted', seconds: grantedSeconds(response, request) };
  if (status < 400) return { type: 'redirected', to: firstSipContact(response), status, reason };
  if (status === 423) return { type: 'too brief', minimum: readLeniently(response, minExpiresField) };
  const kind = isPassing(status) ? 'unreachable' : 'refused';
  return { type: 'failed', problem: { kind, status, reason }, retryAfter: retryAfterOf(response) };
}

/**
 * How long the registrar keeps our binding: what it says beside our Contact, else in Expires, else what was
 * asked for. The bindings of other devices of the same address are not ours to read.
 */
function grantedSeconds(response: SipResponse, request: SipRequest): number {
  const asked = readLeniently(request, expiresField) ?? 0;
  const contacts = addressesOf(response);
  const own = request.contacts[0];
  const binding = own && contacts.find(({ uri }) => uriEquals(uri, own.uri));
  // A server that changes the addresses it sees (NAT) gives back one that is not quite ours.
  const only = contacts.length === 1 ? contacts[0] : undefined;
  const general = readLeniently(response, expiresField);
  return secondsOf((binding ?? only)?.parameters.get('expires')) ?? general ?? asked;
}

function addressesOf(response: SipResponse): readonly NameAddress[] {
  try {
    return response.contacts;
  } catch {
    // The contacts of others, which the registrar repeats, may be malformed; ours was accepted all the same.
    return [];
  }
}

function firstSipContact(response: SipResponse): NameAddress['uri'] | undefined {
  return addressesOf(response).find(({ uri }) => isSipUri(uri))?.uri;
}

/** The server is there but cannot now, or somebody in between could not reach it. */
function isPassing(status: number): boolean {
  if (status === 408 || status === 480) return true;
  return status >= 500 && status < 600 && status !== 501 && status !== 505 && status !== 513;
}

/** In milliseconds. */
function retryAfterOf(response: SipResponse): number | undefined {
  const seconds = readLeniently(response, retryAfterField)?.seconds;
  return seconds === undefined ? undefined : seconds * 1_000;
}

function secondsOf(text: string | undefined): number | undefined {
  const seconds = parseInt(text ?? '', 10);
  return seconds >= 0 ? Math.min(seconds, 2 ** 32 - 1) : undefined;
}
