import type { IncomingSubscription } from '../../sip/index.js';
import { DIALOG_PACKAGE, dialogInfo, presenceDocument, type LineState } from '../../sip/index.js';
import type { CallInvitation } from '../call-invitation.js';
import type { IncomingSignalingSubscription, LampState, WatchedLamp } from '../signaling-subscription.js';
import { EndpointInvitation } from './endpoint-invitation.js';
import { refusalLines, type RefusalWords } from './refusal-lines.js';

const LINE_STATES: Readonly<Record<LampState, LineState>> = {
  idle: 'terminated',
  ringing: 'early',
  alarm: 'confirmed',
};

const NOTES: Readonly<Record<LampState, string>> = { idle: 'Ready', ringing: 'Ringing', alarm: 'Alarm' };

/** A subscription on our own stack. */
export class EndpointSubscription implements IncomingSignalingSubscription {
  readonly invitation: CallInvitation;
  readonly kind: string;
  readonly #subscription: IncomingSubscription;

  constructor(subscription: IncomingSubscription) {
    this.#subscription = subscription;
    this.invitation = new EndpointInvitation(subscription);
    this.kind = subscription.eventPackage.name;
  }

  set onEnd(tell: (reason: string) => void) {
    this.#subscription.onEnd = ({ reason }) => tell(reason);
  }

  set onReached(tell: () => void) {
    this.#subscription.onReached = tell;
  }

  set onRefresh(decide: (invitation: CallInvitation) => boolean) {
    this.#subscription.onRefresh = (request, flow) => decide(new EndpointInvitation({ request, flow }));
  }

  authenticate(caller: {
    readonly realm: string;
    readonly password: string;
  }): 'known' | 'challenged' | 'wrong' {
    return this.#subscription.authenticate(caller);
  }

  accept(lamp: WatchedLamp): void {
    this.#subscription.accept((version) => this.#document(lamp, version));
  }

  refuse(status: number, words: RefusalWords): void {
    this.#subscription.reject(status, { headers: refusalLines(words) });
  }

  drop(): void {
    this.#subscription.drop();
  }

  changed(): void {
    this.#subscription.changed();
  }

  #document({ entity, state }: WatchedLamp, version: number): string {
    const now = state();
    return this.kind === DIALOG_PACKAGE.name
      ? dialogInfo({ entity, version, state: LINE_STATES[now] })
      : presenceDocument({ entity, isBusy: now !== 'idle', note: NOTES[now] });
  }
}
