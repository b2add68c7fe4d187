import { z } from 'zod';
import type { AccountId, CallId } from '../../base/ids.js';
import { SipsirenError } from '../../base/errors.js';
import { isCutShort } from '../../calls/cut-short.js';
import { spokenPlay, WORDLESS_PLAYS, type PlayRequest } from '../../calls/play-request.js';
import { parsedUri } from '../../calls/parsed-address.js';
import type { CallStateChangeEvent, DeviceEvent } from '../../events/device-event.js';
import { abortError } from '../../net/connect.js';
import { templateText } from '../../rules/placeholders.js';
import { LONGEST_SPOKEN_TEXT } from '../../sounds/spoken-text-schema.js';
import { spokenWords } from '../../sounds/spoken-words.js';
import type { Message } from '../message.js';
import { defineRecipientKind, type CallPort, type DeliveryContext } from '../recipient-kind.js';
import { CallConversation } from './call-conversation.js';

const LONGEST_PLAY_SECONDS = 600;

/** What a call can play; a text may have placeholders, and an empty one is that of the notification. */
const playSchema = z.discriminatedUnion('kind', [
  ...WORDLESS_PLAYS,
  spokenPlay(templateText(LONGEST_SPOKEN_TEXT).default('')),
]);

const settingsSchema = z
  .strictObject({
    account: z
      .string()
      .max(100)
      .default('')
      .describe('The id of the account to call from; empty is the default one.'),
    to: z
      .string()
      .trim()
      .max(512)
      .refine((text) => text === '' || parsedUri(text)?.kind === 'sip', {
        error: 'is no SIP address',
        params: { accepted: 'an address such as sip:1001@192.168.0.90' },
      })
      .default('')
      .describe('A SIP address: sip:guard@192.168.0.20.'),
    contact: z.string().max(100).default('').describe('The id of a contact, in place of the address.'),
    callingTimeoutSeconds: z.int().min(1).max(600).default(30).describe('For how many seconds it may ring.'),
    play: playSchema
      .default({ kind: 'tone', hertz: 440, seconds: 2 })
      .describe('What is heard over there; then the device hangs up.'),
  })
  .refine(({ to, contact }) => (to === '') !== (contact === ''), {
    path: ['to'],
    error: 'is needed, or a contact in its place, not both',
  });

type Settings = z.infer<typeof settingsSchema>;

/** SIP: a call; whether it was answered is the outcome. */
export const sipRecipient = defineRecipientKind<Settings>({
  kind: 'sip',
  summary: 'A call to a SIP address or a contact.',
  settings: settingsSchema,
  secrets: [],
  destinationOf: ({ to, contact }) => to + contact,
  // A call that rings an hour later tells of something that is over.
  delivery: 'bestEffort',
  takesRecordings: false,
  names: ({ account, contact }) => [
    ...(account === '' ? [] : [{ to: 'account', field: 'account', id: account } as const]),
    ...(contact === '' ? [] : [{ to: 'contact', field: 'contact', id: contact } as const]),
  ],
  texts: ({ play }) => (play.kind === 'text' && play.text !== '' ? [play] : []),
  extraSeconds: ({ callingTimeoutSeconds }) => callingTimeoutSeconds + LONGEST_PLAY_SECONDS,
  async deliver({ account, to, contact, callingTimeoutSeconds, play }, message, context) {
    const { calls, say } = context;
    const whom = contact === '' ? { address: to, account: '' } : calls.contact(contact);
    const from = account === '' ? whom.account : account;
    say(`Calling ${whom.address} from ${from === '' ? 'the default account' : `the account ${from}`}.`);
    const conversation = new CallConversation(say);
    await untilOver(context, conversation, (onCall) =>
      calls
        .place({
          to: whom.address,
          ...(from !== '' && { account: from as AccountId }),
          callingTimeoutSeconds,
          play: played(play, message),
          hangUpAfterPlaying: true,
          onStep: conversation.onStep,
          onUnplayable: say,
        })
        .then(onCall),
    );
  },
});

function played(play: Settings['play'], message: Message): PlayRequest {
  if (play.kind !== 'text') return play;
  return { ...play, text: spokenWords(play.text === '' ? message.text : message.fill(play.text)) };
}

/** Places the call and hears what becomes of it; events may come before the call's id does. */
async function untilOver(
  { calls, signal, say }: DeliveryContext,
  conversation: CallConversation,
  place: (onCall: (id: CallId) => void) => Promise<void>,
): Promise<void> {
  const heard: CallStateChangeEvent[] = [];
  let watched: ((event: CallStateChangeEvent) => void) | undefined;
  const unsubscribe = calls.listen((event: DeviceEvent) => {
    if (event.type !== 'call.stateChange' || event.direction !== 'Outgoing') return;
    if (watched) watched(event);
    else heard.push(event);
  });
  try {
    let callId: CallId | undefined;
    await place((id) => {
      callId = id;
    });
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        endQuietly(calls, callId);
        reject(abortError(signal));
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      let isAnswered = false;
      watched = (event) => {
        if (event.callId !== callId) return;
        if (event.reason === 'AcceptedByRemote') {
          isAnswered = true;
          say('It was answered.');
        } else if (event.reason !== 'Initiated') {
          signal.removeEventListener('abort', abort);
          say(`The call is over${event.detail === undefined ? '' : `: ${event.detail}`}.`);
          if (!isAnswered) {
            reject(new SipsirenError('DELIVERY_FAILED', conversation.whyNotAnswered(event)));
          } else if (isCutShort(event.detail)) {
            reject(new SipsirenError('DELIVERY_FAILED', `it was answered, but then ${event.detail}.`));
          } else resolve();
        }
      };
      for (const event of heard) watched(event);
    });
  } finally {
    unsubscribe();
  }
}

function endQuietly(calls: CallPort, id: CallId | undefined): void {
  try {
    if (id !== undefined) calls.end(id);
  } catch (_isOver) {
    // It ended by itself.
  }
}
