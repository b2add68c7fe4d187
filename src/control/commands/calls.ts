import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import type { AccountId, CallId } from '../../base/ids.js';
import { KEY_METHODS } from '../../calls/call-keys.js';
import type { CallStatus } from '../../calls/call-status.js';
import { playRequestSchema } from '../../calls/play-request.js';
import type { Services } from '../services.js';
import { callsInProgress } from '../status-view.js';
import { type Command, defineCommand } from '../command.js';
import { whomToCall } from '../whom-to-call.js';
import { quoted } from '../words.js';

const byId = z.strictObject({ id: z.string().describe('The id of the call.') });

const list = defineCommand({
  name: 'calls.list',
  kind: 'query',
  role: 'viewer',
  summary: 'Calls in progress, then the last ended ones, each newest first.',
  input: z.strictObject({}),
  run: ({ services }) => allCalls(services),
});

const get = defineCommand({
  name: 'calls.get',
  kind: 'query',
  role: 'viewer',
  summary: 'One call, in progress or lately ended.',
  input: byId,
  run: ({ services }, { id }) => find(allCalls(services), id),
});

const place = defineCommand({
  name: 'calls.place',
  kind: 'command',
  role: 'operator',
  summary: 'Calls an address or a contact, from the default account unless another is named.',
  input: z.strictObject({
    call: z
      .strictObject({
        to: z.string().trim().min(1).max(512).optional().describe('A SIP address: sip:1001@192.168.0.90.'),
        contact: z.string().optional().describe('In place of an address: the id of a contact.'),
        account: z.string().optional().describe('The id of the account to call from.'),
        callingTimeoutSeconds: z
          .int()
          .min(1)
          .max(600)
          .optional()
          .describe('How long it may ring. Default: the calling timeout of the SIP settings.'),
        play: playRequestSchema
          .optional()
          .describe('What is heard over there when it is answered. Default: two short notes.'),
        hangUpAfterPlaying: z.boolean().optional().describe('Whether we hang up then. Default: no.'),
      })
      .refine(({ to, contact }) => (to === undefined) !== (contact === undefined), {
        path: ['to'],
        error: 'is needed, or a contact in its place, not both',
      }),
  }),
  run: async ({ services }, { call }) => {
    const { to, account } = whomToCall(services, call);
    const { callingTimeoutSeconds, play, hangUpAfterPlaying } = call;
    return {
      callId: await services.calls.place({
        to,
        ...(account !== '' && { account: account as AccountId }),
        ...(callingTimeoutSeconds !== undefined && { callingTimeoutSeconds }),
        ...(play !== undefined && { play }),
        ...(hangUpAfterPlaying !== undefined && { hangUpAfterPlaying }),
      }),
    };
  },
});

const answer = defineCommand({
  name: 'calls.answer',
  kind: 'command',
  role: 'operator',
  summary: 'Answers a call that rings.',
  input: byId,
  run: ({ services }, { id }) => services.calls.answer(find(services.calls.list(), id).callId),
});

const end = defineCommand({
  name: 'calls.end',
  kind: 'command',
  role: 'operator',
  summary: 'Ends a call: rejects, cancels or hangs up, whichever fits its state.',
  input: byId,
  run: ({ services }, { id }) => services.calls.end(find(services.calls.list(), id).callId),
});

const sendDtmf = defineCommand({
  name: 'calls.dtmf',
  kind: 'command',
  role: 'operator',
  summary: 'Presses keys in an active call, one after the other.',
  input: z.strictObject({
    id: byId.shape.id,
    keys: z.strictObject({
      digits: z
        .string()
        .regex(/^[0-9A-D*#]{1,64}$/, '1 to 64 of 0-9, A-D, * and #')
        .describe('The keys in their order: 0-9, A-D, * and #.'),
      method: z
        .enum(KEY_METHODS)
        .default('auto')
        .describe('How: events in RTP, SIP INFO, tones in the audio, or the first that is accepted.'),
    }),
  }),
  run: ({ services }, { id, keys }) =>
    services.calls.sendDtmf(find(services.calls.list(), id).callId, keys.digits, keys.method),
});

function allCalls(services: Services): readonly CallStatus[] {
  return [...callsInProgress(services), ...services.calls.history()];
}

function find(calls: readonly CallStatus[], id: string): CallStatus {
  const found = calls.find((call) => call.callId === (id as CallId));
  if (!found) throw new SipsirenError('NOT_FOUND', `There is no call with the id ${quoted(id)}.`);
  return found;
}

export const CALL_COMMANDS = [list, get, place, answer, sendDtmf, end] as readonly Command[];
