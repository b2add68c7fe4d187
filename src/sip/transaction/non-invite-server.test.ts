import { SERVER_INPUTS, describeMachine, type MachineRow } from '../../../test/support/machine-table.js';
import type { ServerInput } from './server-input.js';
import { nextNonInviteServer, type NonInviteServerState } from './non-invite-server.js';

const STATES: readonly NonInviteServerState[] = [
  'trying',
  'proceeding',
  'completed',
  'dropped',
  'terminated',
];

type Row = MachineRow<NonInviteServerState, ServerInput>;

/** Figure 8 with RFC 4320: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['trying', 'provisional', 'proceeding', ['stop trying', 'send']],
  ['trying', 'success', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['trying', 'failure', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['trying', 'timer trying', 'proceeding', ['send trying']],
  ['trying', 'timer patience', 'terminated', ['stop trying', 'inform timeout', 'terminate']],
  ['proceeding', 'provisional', 'proceeding', ['stop trying', 'send']],
  ['proceeding', 'success', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['proceeding', 'failure', 'completed', ['stop trying', 'stop patience', 'send', 'start J']],
  ['proceeding', 'timer trying', 'proceeding', ['send trying']],
  ['proceeding', 'timer patience', 'terminated', ['stop trying', 'inform timeout', 'terminate']],
  ['proceeding', 'retransmission', 'proceeding', ['resend']],
  ['proceeding', 'transport error', 'proceeding', ['inform transport error']],
  ['trying', 'drop', 'dropped', ['stop trying', 'stop patience', 'start J']],
  ['proceeding', 'drop', 'dropped', ['stop trying', 'stop patience', 'start J']],
  ['dropped', 'timer J', 'terminated', ['terminate']],
  ['completed', 'retransmission', 'completed', ['resend']],
  ['completed', 'timer J', 'terminated', ['terminate']],
  ['completed', 'transport error', 'completed', ['inform transport error']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['trying', 'drop', 'terminated', ['stop trying', 'stop patience', 'terminate']],
  ['proceeding', 'drop', 'terminated', ['stop trying', 'stop patience', 'terminate']],
  ['trying', 'success', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
  ['trying', 'failure', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
  ['proceeding', 'success', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
  ['proceeding', 'failure', 'terminated', ['stop trying', 'stop patience', 'send', 'terminate']],
];

describeMachine({
  title: 'non-INVITE server transaction',
  states: STATES,
  inputs: SERVER_INPUTS,
  start: 'trying',
  next: nextNonInviteServer,
  unreliable: UNRELIABLE,
  reliable: RELIABLE,
});
