import { CLIENT_INPUTS, describeMachine, type MachineRow } from '../../../test/support/machine-table.js';
import type { ClientInput } from './client-input.js';
import { nextInviteClient, type InviteClientState } from './invite-client.js';

const STATES: readonly InviteClientState[] = ['calling', 'proceeding', 'completed', 'accepted', 'terminated'];

type Row = MachineRow<InviteClientState, ClientInput>;

/** Figure 5 with RFC 6026: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['calling', 'provisional', 'proceeding', ['stop A', 'stop B', 'inform response']],
  ['calling', 'success', 'accepted', ['stop A', 'stop B', 'start M', 'inform response']],
  ['calling', 'failure', 'completed', ['stop A', 'stop B', 'ack', 'start D', 'inform response']],
  ['calling', 'timer A', 'calling', ['resend', 'double A']],
  ['calling', 'timer B', 'terminated', ['stop A', 'inform timeout', 'terminate']],
  ['calling', 'transport error', 'terminated', ['stop A', 'stop B', 'inform transport error', 'terminate']],
  ['calling', 'abandon', 'terminated', ['stop A', 'stop B', 'terminate']],
  ['proceeding', 'provisional', 'proceeding', ['inform response']],
  ['proceeding', 'success', 'accepted', ['start M', 'inform response']],
  ['proceeding', 'failure', 'completed', ['ack', 'start D', 'inform response']],
  ['proceeding', 'cancel sent', 'proceeding', ['start cancel']],
  ['proceeding', 'timer cancel', 'terminated', ['inform timeout', 'terminate']],
  ['proceeding', 'abandon', 'terminated', ['terminate']],
  ['completed', 'failure', 'completed', ['resend ack']],
  ['completed', 'timer D', 'terminated', ['terminate']],
  ['completed', 'transport error', 'terminated', ['terminate']],
  ['completed', 'abandon', 'terminated', ['terminate']],
  ['accepted', 'success', 'accepted', ['inform response']],
  ['accepted', 'timer M', 'terminated', ['terminate']],
  ['accepted', 'abandon', 'terminated', ['terminate']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['calling', 'failure', 'terminated', ['stop B', 'ack', 'inform response', 'terminate']],
  ['proceeding', 'failure', 'terminated', ['ack', 'inform response', 'terminate']],
];

describeMachine({
  title: 'INVITE client transaction',
  states: STATES,
  inputs: CLIENT_INPUTS,
  start: 'calling',
  next: nextInviteClient,
  unreliable: UNRELIABLE,
  reliable: RELIABLE,
});
