import { CLIENT_INPUTS, describeMachine, type MachineRow } from '../../../test/support/machine-table.js';
import type { ClientInput } from './client-input.js';
import { nextNonInviteClient, type NonInviteClientState } from './non-invite-client.js';

const STATES: readonly NonInviteClientState[] = ['trying', 'proceeding', 'completed', 'terminated'];

type Row = MachineRow<NonInviteClientState, ClientInput>;

/** Figure 6: what happens on an unreliable transport; every pair that is not listed changes nothing. */
const UNRELIABLE: readonly Row[] = [
  ['trying', 'provisional', 'proceeding', ['inform response']],
  ['trying', 'success', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['trying', 'failure', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['trying', 'timer E', 'trying', ['resend', 'double E']],
  ['trying', 'timer F', 'terminated', ['stop E', 'inform timeout', 'terminate']],
  ['trying', 'transport error', 'terminated', ['stop E', 'stop F', 'inform transport error', 'terminate']],
  ['trying', 'abandon', 'terminated', ['stop E', 'stop F', 'terminate']],
  ['proceeding', 'provisional', 'proceeding', ['inform response']],
  ['proceeding', 'success', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['proceeding', 'failure', 'completed', ['stop E', 'stop F', 'start K', 'inform response']],
  ['proceeding', 'timer E', 'proceeding', ['resend', 'start E at T2']],
  ['proceeding', 'timer F', 'terminated', ['stop E', 'inform timeout', 'terminate']],
  ['proceeding', 'abandon', 'terminated', ['stop E', 'stop F', 'terminate']],
  ['completed', 'timer K', 'terminated', ['terminate']],
  ['completed', 'abandon', 'terminated', ['terminate']],
];

/** Where a reliable transport makes a difference. */
const RELIABLE: readonly Row[] = [
  ['trying', 'success', 'terminated', ['stop F', 'inform response', 'terminate']],
  ['trying', 'failure', 'terminated', ['stop F', 'inform response', 'terminate']],
  ['proceeding', 'success', 'terminated', ['stop F', 'inform response', 'terminate']],
  ['proceeding', 'failure', 'terminated', ['stop F', 'inform response', 'terminate']],
  [
    'proceeding',
    'transport error',
    'terminated',
    ['stop E', 'stop F', 'inform transport error', 'terminate'],
  ],
];

describeMachine({
  title: 'non-INVITE client transaction',
  states: STATES,
  inputs: CLIENT_INPUTS,
  start: 'trying',
  next: nextNonInviteClient,
  unreliable: UNRELIABLE,
  reliable: RELIABLE,
});
