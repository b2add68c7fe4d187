import type { SipsirenError } from '../../base/errors.js';
import {
  isSipUri,
  minExpiresField,
  readLeniently,
  retryAfterField,
  type NameAddress,
  type SipResponse,
} from '../message/index.js';
import { contactsOf, type GrantedBinding } from './granted-binding.js';
import type { RegistrationInput } from './registration-machine.js';

/** What a 2xx means to the machine. */
export function grantedInput({ seconds }: GrantedBinding, isMoved: boolean): RegistrationInput {
  return { type: 'granted', seconds, isMoved };
}

/** What a final response other than 2xx means to the machine (RFC 3261 section 10.3). */
export function refusedInput(response: SipResponse, wasOutbound: boolean): RegistrationInput {
  const { status, reason } = response;
  if (status < 400) return { type: 'redirected', to: firstSipContact(response), status, reason };
  if (status === 423) return { type: 'too brief', minimum: readLeniently(response, minExpiresField) };
  // RFC 5626 section 4.2.1: the first hop cannot, so it is done without.
  if (status === 439 && wasOutbound) return { type: 'simpler' };
  const kind = isPassing(status) ? 'unreachable' : 'refused';
  return { type: 'failed', problem: { kind, status, reason }, retryAfter: retryAfterOf(response) };
}

/** What no answer at all means to the machine. */
export function failedInput({ code, message }: Pick<SipsirenError, 'code' | 'message'>): RegistrationInput {
  const kind = code === 'SIP_UNTRUSTED' ? 'untrusted' : 'unreachable';
  return { type: 'failed', problem: { kind, reason: message } };
}

function firstSipContact(response: SipResponse): NameAddress['uri'] | undefined {
  return contactsOf(response).find(({ uri }) => isSipUri(uri))?.uri;
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
