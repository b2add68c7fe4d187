import { messageOf, SipsirenError } from '../base/errors.js';
import type { CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { Calls } from '../calls/calls.js';
import type { Recipients } from '../recipients/recipients.js';
import type { IntentCause } from '../rules/intent-cause.js';
import type { Intent } from '../rules/intent.js';

/** What notifications are sent with. */
interface NotificationParts {
  readonly recipients: Pick<Recipients, 'send' | 'sendRecording'>;
  readonly calls: Pick<Calls, 'record'>;
  readonly log: Log;
}

type SendNotification = Extract<Intent, { kind: 'notification.send' }>;

/** Resolves when it is kept for delivery. A recording of the call follows by itself, when the call is over. */
export async function sendNotification(
  { recipient, wish, recordingSeconds, cause }: SendNotification,
  { recipients, calls, log }: NotificationParts,
): Promise<string> {
  const callId = callOf(cause);
  const recording =
    recordingSeconds === undefined || callId === undefined
      ? undefined
      : calls.record(callId, recordingSeconds);
  recording
    ?.then((recorded) =>
      recipients.sendRecording(recipient, { wish, cause, ...recorded, callId: callId ?? '' }),
    )
    .catch((error: unknown) => {
      // A call that ended before it was answered has nothing to record.
      if (error instanceof SipsirenError && error.code === 'NOT_FOUND') return;
      log.error('a call was not recorded for a notification', { recipient, callId, error: messageOf(error) });
    });
  const { id } = await recipients.send(recipient, { wish, cause });
  return `kept for delivery as ${id}${recording === undefined ? '' : '; the call is recorded'}`;
}

/** The call that the event was about. */
function callOf({ published }: IntentCause): CallId | undefined {
  const { event } = published ?? {};
  return event !== undefined && 'callId' in event ? event.callId : undefined;
}
