import { SERVER_INPUTS, describeMachine, type MachineRow } from '../../../test/support/machine-table.js';
import type { ServerInput } from './server-input.js';
import { nextInviteServer, type InviteServerState } from './invite-server.js';

const STATES: readonly InviteServerState[] = [
  'proceeding',
  'completed',
  'confirmed',
  'accepted',
  'dropped',
  'terminated',
];

type Row = MachineRow<InviteServerState, ServerInput>;

/** Figure 7 with RFC 6026: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['proceeding', 'retransmission', 'proceeding', ['resend']],
  ['proceeding', 'provisional', 'proceeding', ['stop trying', 'send']],
  ['proceeding', 'success', 'accepted', ['stop trying', 'send', 'start L']],
  ['proceeding', 'failure', 'completed', ['stop trying', 'send', 'start G', 'start H']],
  ['proceeding', 'drop', 'dropped', ['stop trying', 'start L']],
  ['dropped', 'timer L', 'terminated', ['terminate']],
  ['proceeding', 'timer trying', 'proceeding', ['send trying']],
  ['proceeding', 'transport error', 'proceeding', ['inform transport error']],
  ['completed', 'retransmission', 'completed', ['resend']],
  ['completed', 'ack', 'confirmed', ['stop G', 'stop H', 'start I', 'inform ack']],
  ['completed', 'timer G', 'completed', ['resend', 'double G']],
  ['completed', 'timer H', 'terminated', ['stop G', 'inform timeout', 'terminate']],
  ['completed', 'transport error', 'completed', ['inform transport error']],
  ['confirmed', 'timer I', 'terminated', ['terminate']],
  ['accepted', 'success', 'accepted', ['send']],
  ['accepted', 'ack', 'accepted', ['pass ack']],
  ['accepted', 'timer L', 'terminated', ['terminate']],
  ['accepted', 'transport error', 'accepted', ['inform transport error']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['proceeding', 'failure', 'completed', ['stop trying', 'send', 'start H']],
  ['completed', 'ack', 'terminated', ['stop H', 'inform ack', 'terminate']],
];

describeMachine({
  title: 'INVITE server transaction',
  states: STATES,
  inputs: SERVER_INPUTS,
  start: 'proceeding',
  next: nextInviteServer,
  unreliable: UNRELIABLE,
  reliable: RELIABLE,
});
