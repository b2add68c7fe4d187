import { SipsirenError } from '../base/errors.js';
import type { AccountId, CallId } from '../base/ids.js';
import type { CallStatus } from '../calls/call-status.js';
import type { Calls } from '../calls/calls.js';
import { whomToCall } from '../control/whom-to-call.js';
import type { CallTarget } from '../rules/actions/call-target.js';
import { CallFilter } from '../rules/conditions/call-filter.js';
import type { IntentCause } from '../rules/intent-cause.js';
import type { Intent } from '../rules/intent.js';
import { rulePlay, type RulePlayParts } from './rule-plays.js';

type Of<Kind extends Intent['kind']> = Extract<Intent, { kind: Kind }>;

/** What the performers of calls need of the device. */
export interface CallParts extends RulePlayParts {
  readonly calls: Pick<Calls, 'list' | 'place' | 'answer' | 'end' | 'sendDtmf'>;
}

/** The calls that actions hold, by their owners. */
export type HeldCalls = Map<string, CallId>;

interface Holding {
  readonly heldCalls: HeldCalls;
}

/** Resolves when the call is on its way; what becomes of it stands with the calls. */
export async function placeCall(
  { call, owner, cause }: Of<'call.place'>,
  parts: CallParts,
  { heldCalls }: Holding,
): Promise<string> {
  const { calls } = parts;
  if (owner !== undefined) endHeld(owner, parts, { heldCalls, cause });
  const { to, account } = whomToCall(parts, call);
  const { callingTimeoutSeconds, hangUpAfterPlaying } = call;
  const play = call.play && rulePlay(call.play, cause, parts);
  let otherwise = '';
  const callId = await calls.place({
    to,
    ...(account !== '' && { account: account as AccountId }),
    ...(callingTimeoutSeconds !== undefined && { callingTimeoutSeconds }),
    ...(play !== undefined && { play }),
    hangUpAfterPlaying,
    // Somebody must be called, whatever there is to hear.
    onUnplayable: (problem) => {
      otherwise = `; ${problem}`;
    },
  });
  if (owner !== undefined) heldCalls.set(owner, callId);
  return `${to} as call ${callId}${otherwise}`;
}

/** Ends the call that an action holds; one that is over already needs nothing. */
export function hangUpCall(
  { owner, cause }: Of<'call.hangUp'>,
  parts: CallParts,
  { heldCalls }: Holding,
): string | undefined {
  return endHeld(owner, parts, { heldCalls, cause });
}

export function endCalls({ target, cause }: Of<'call.end'>, { calls }: CallParts): string {
  const ended = targeted(target, cause, calls.list());
  for (const { callId } of ended) calls.end(callId, `ended by ${cause.text}`);
  return told(ended, 'no such call is in progress');
}

/** Throws where it is for one call and that does not ring. */
export function answerCalls({ target, cause }: Of<'call.answer'>, { calls }: CallParts): string {
  const ringing = targeted(target, cause, calls.list()).filter(
    ({ direction, state }) => direction === 'Incoming' && state !== 'Active',
  );
  if (ringing.length === 0 && target === 'cause') throw notThere('does not ring (any more)');
  for (const { callId } of ringing) calls.answer(callId);
  return told(ringing, 'no such call rings');
}

/** Resolves when the keys are sent. */
export async function sendKeys(
  { digits, method, cause }: Of<'call.sendDtmf'>,
  parts: CallParts,
): Promise<void> {
  const [call] = targeted('cause', cause, parts.calls.list());
  if (call === undefined) throw notThere('is over');
  await parts.calls.sendDtmf(call.callId, digits, method);
}

function endHeld(
  owner: string,
  { calls }: CallParts,
  { heldCalls, cause }: Holding & { readonly cause: IntentCause },
): string | undefined {
  const callId = heldCalls.get(owner);
  heldCalls.delete(owner);
  if (callId === undefined || !calls.list().some((call) => call.callId === callId)) return undefined;
  calls.end(callId, `${cause.text} ended`);
  return `call ${callId}`;
}

/** Throws where the event that moved the rule is not about a call. */
function targeted(
  target: CallTarget,
  cause: IntentCause,
  calls: readonly CallStatus[],
): readonly CallStatus[] {
  if (target !== 'cause') {
    const filter = new CallFilter(target);
    return calls.filter((call) => filter.fits(call));
  }
  const event = cause.published?.event;
  if (event === undefined || !('callId' in event)) {
    throw new SipsirenError('CONFLICT', 'No call moved the rule this time, so there is none to act on.');
  }
  return calls.filter(({ callId }) => callId === event.callId);
}

function told(calls: readonly CallStatus[], none: string): string {
  return calls.length === 0 ? none : calls.map(({ callId }) => `call ${callId}`).join(', ');
}

function notThere(what: string): SipsirenError {
  return new SipsirenError('CONFLICT', `The call that moved the rule ${what}.`);
}
