import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { compileAddressPattern, type AddressPattern } from '../../calls/address-pattern.js';
import type { CallIdentity } from '../../events/device-event.js';
import type { Comparison } from './condition-kind.js';

const addressPattern = z
  .string()
  .trim()
  .max(1_000)
  .superRefine((text, context) => {
    const compiled = compileAddressPattern(text);
    if (compiled.ok) return;
    context.addIssue({ code: 'custom', message: compiled.reason, params: { accepted: compiled.accepted } });
  });

/** Which calls a condition is about; what is left out, or empty, fits every call. */
export const callFilterFields = {
  direction: z
    .enum(['Incoming', 'Outgoing'])
    .optional()
    .describe('Who began the call: the other side, or the device; left out, either.'),
  account: z.string().trim().max(100).optional().describe('The id of the account; left out, any.'),
  localUri: addressPattern
    .optional()
    .describe(
      'For an incoming call what the caller dialled. A SIP URI, an extension, a range, several of them, or `*`.',
    ),
  remoteUri: addressPattern.optional().describe('The other side: for an incoming call the caller.'),
};

export interface CallFilterSettings {
  readonly direction?: 'Incoming' | 'Outgoing' | undefined;
  readonly account?: string | undefined;
  readonly localUri?: string | undefined;
  readonly remoteUri?: string | undefined;
}

/** The compiled filter: cheap to ask for each call. */
export class CallFilter {
  readonly #direction: string | undefined;
  readonly #account: string | undefined;
  readonly #local: AddressPattern | undefined;
  readonly #remote: AddressPattern | undefined;

  constructor(settings: CallFilterSettings) {
    this.#direction = settings.direction;
    this.#account = given(settings.account);
    this.#local = patternOf(settings.localUri, 'localUri');
    this.#remote = patternOf(settings.remoteUri, 'remoteUri');
  }

  fits(call: Omit<CallIdentity, 'callId'>): boolean {
    if (this.#direction !== undefined && this.#direction !== call.direction) return false;
    if (this.#account !== undefined && this.#account !== call.account) return false;
    if (this.#local !== undefined && !this.#local.matches(call.localUri)) return false;
    return this.#remote === undefined || this.#remote.matches(call.remoteUri);
  }

  /** The only users that can fit on the local side; none where any might. */
  get localUsers(): readonly string[] | undefined {
    return this.#local?.users;
  }

  /** The only users that can fit on the remote side; none where any might. */
  get remoteUsers(): readonly string[] | undefined {
    return this.#remote?.users;
  }
}

/** How a call compares with a filter, field by field. */
export function compareCall(settings: CallFilterSettings, call: Omit<CallIdentity, 'callId'>): Comparison[] {
  const comparisons: Comparison[] = [];
  const compare = (field: keyof CallFilterSettings, expected: string | undefined, actual: string): void => {
    if (expected === undefined || expected === '') return;
    const fits = new CallFilter({ [field]: expected }).fits(call);
    comparisons.push({ field, expected, actual, fits });
  };
  compare('direction', settings.direction, call.direction);
  compare('account', settings.account, call.account);
  compare('localUri', settings.localUri, call.localUri);
  compare('remoteUri', settings.remoteUri, call.remoteUri);
  return comparisons;
}

/** For a person: `an incoming call to 1001 from sip:guard@10.0.0.5 on account office`. */
export function describeCall(settings: CallFilterSettings, noun = 'call'): string {
  const incoming = settings.direction !== 'Outgoing';
  const words = [
    settings.direction === undefined ? `a ${noun}` : incoming ? `an incoming ${noun}` : `an outgoing ${noun}`,
  ];
  const local = given(settings.localUri);
  const remote = given(settings.remoteUri);
  if (settings.direction === undefined) {
    if (local !== undefined) words.push(`with local address ${local}`);
    if (remote !== undefined) words.push(`with remote address ${remote}`);
  } else {
    if (local !== undefined) words.push(incoming ? `to ${local}` : `from ${local}`);
    if (remote !== undefined) words.push(incoming ? `from ${remote}` : `to ${remote}`);
  }
  const account = given(settings.account);
  if (account !== undefined) words.push(`on account ${account}`);
  return words.join(' ');
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function patternOf(text: string | undefined, path: string): AddressPattern | undefined {
  if (text === undefined) return undefined;
  const compiled = compileAddressPattern(text);
  if (!compiled.ok) {
    throw new SipsirenError('INVALID_VALUE', compiled.reason, { path, accepted: compiled.accepted });
  }
  return compiled.pattern.matchesAll ? undefined : compiled.pattern;
}
