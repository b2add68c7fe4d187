import type { AccountId } from '../base/ids.js';
import { SipsirenError } from '../base/errors.js';
import type { Calls } from '../calls/calls.js';
import { CALL_LIMITS } from '../calls/limits.js';
import type { DeviceSettings } from '../rules/device-settings.js';
import type { Intent } from '../rules/intent.js';
import { fillAddress, fillPlaceholders } from '../rules/placeholders.js';

interface MessageParts {
  readonly calls: Pick<Calls, 'sendMessage'>;
  readonly device: DeviceSettings;
}

/** Sends what a rule says. Throws what `Calls.sendMessage` does, and where the message did not arrive. */
export async function sendSipMessage(
  { to, text, account, cause }: Extract<Intent, { kind: 'sip.message' }>,
  { calls, device }: MessageParts,
): Promise<string> {
  const source = { cause, device };
  const sent = await calls.sendMessage({
    to: fillAddress(to, source),
    text: fillPlaceholders(text, source).slice(0, CALL_LIMITS.messageLength),
    ...(account !== undefined && { account: account as AccountId }),
  });
  const { outcome, status, reason, remoteUri } = sent;
  const answer = status === undefined ? reason : `${status} ${reason}`;
  if (outcome === 'delivered' || outcome === 'accepted') return `${outcome} to ${remoteUri}: ${answer}`;
  throw new SipsirenError(
    'SIP_TRANSPORT',
    `The message to ${remoteUri} did not arrive: ${answer.replace(/\.$/, '')}.`,
  );
}
