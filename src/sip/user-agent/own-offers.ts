import { SipsirenError } from '../../base/errors.js';
import type { Negotiation } from '../dialog/negotiation.js';
import type { SipResponse } from '../message/index.js';
import type { ClientRequest, ClientRequestUser } from './client-request.js';
import { OwnOffer, type Offering, type OwnOfferOwner } from './own-offer.js';
import type { SessionTimer } from './session-timer.js';
import type { SessionState } from './session.js';
import type { UserAgentPort } from './user-agent-port.js';

/** The session for whose re-INVITEs and UPDATEs this cares. */
export interface OwnOffersOwner extends Omit<OwnOfferOwner, 'onOfferOver' | 'onNoAnswer'> {
  readonly state: SessionState;
  readonly hasDialog: boolean;
  readonly negotiation: Negotiation;
  readonly timer: SessionTimer;
  /** Whether an INVITE of the peer has no final response from us. */
  readonly isAnswering: boolean;
  /** Whether the peer's last Allow names UPDATE. */
  readonly takesUpdate: boolean;
}

const ignore = (): undefined => undefined;

/** Our re-INVITEs and UPDATEs within a session, one at a time (RFC 3261 section 14.1, RFC 3311 section 5.1). */
export class OwnOffers implements OwnOfferOwner {
  readonly #agent: UserAgentPort;
  readonly #owner: OwnOffersOwner;
  #current: OwnOffer | undefined;
  /** The peer has refused an UPDATE although its Allow names it. */
  #isUpdateRefused = false;

  constructor(agent: UserAgentPort, owner: OwnOffersOwner) {
    this.#agent = agent;
    this.#owner = owner;
  }

  get direction(): 'incoming' | 'outgoing' {
    return this.#owner.direction;
  }

  /** Whether an INVITE of ours, or an offer by UPDATE, has no final response, and does not wait to be repeated. */
  get isAsking(): boolean {
    return this.isOffering && this.#current?.isPaused === false;
  }

  /** Whether a request of ours that offers is under way, or waits to be repeated. */
  get isOffering(): boolean {
    const offering = this.#current?.offering;
    return offering !== undefined && (offering.method === 'INVITE' || offering.offer !== undefined);
  }

  /** See `Session.reinvite`. */
  reinvite(offer: string | undefined): Promise<SipResponse> {
    return this.#begin({ method: 'INVITE', offer, isRefresh: false }, () => {
      const { state, isAnswering, negotiation } = this.#owner;
      if (state === 'confirmed' && !isAnswering && negotiation.open !== 'theirs') return undefined;
      // Section 14.1: not while another INVITE, or another offer, is in progress in either direction.
      return 'A re-INVITE needs a confirmed session with no other INVITE in progress.';
    });
  }

  /** See `Session.update`. */
  update(offer: string | undefined): Promise<SipResponse> {
    return this.#begin({ method: 'UPDATE', offer, isRefresh: false }, () => {
      const { state, hasDialog, negotiation } = this.#owner;
      if (!hasDialog || state === 'terminated') return 'There is no dialog to send an UPDATE in.';
      if (offer === undefined) return undefined;
      if (negotiation.open === undefined && negotiation.local !== undefined) return undefined;
      return 'An UPDATE cannot offer anything while an earlier offer has no answer.';
    });
  }

  /** Refreshes the session for its timer: by UPDATE where the peer takes it, else by the offer that holds already. */
  refresh(): void {
    const { state, negotiation, takesUpdate, timer, isAnswering } = this.#owner;
    const byUpdate = takesUpdate && !this.#isUpdateRefused;
    if (
      this.#current ||
      isAnswering ||
      negotiation.open !== undefined ||
      (!byUpdate && state !== 'confirmed')
    ) {
      timer.postpone();
      return;
    }
    const method = byUpdate ? 'UPDATE' : 'INVITE';
    const offering: Offering = { method, offer: byUpdate ? undefined : negotiation.local, isRefresh: true };
    this.#start(offering, (response) => this.#onRefreshed(method, response), ignore);
  }

  /** The session is over. */
  release(): void {
    this.#current?.abort();
  }

  /** Any answer proves that the peer is there. One that takes no UPDATE after all is asked by re-INVITE instead. */
  #onRefreshed(method: 'INVITE' | 'UPDATE', { status }: SipResponse): void {
    if (status < 300 || status === 408 || status === 481) return;
    if (method === 'UPDATE' && (status === 405 || status === 501)) {
      this.#isUpdateRefused = true;
      this.refresh();
      return;
    }
    this.#agent.log.info('A session refresh was refused; the call goes on', { status });
    this.#owner.timer.goOn();
  }

  /** A refresh under way holds nobody up for long, so what is wanted waits for it. */
  #begin(offering: Offering, obstacle: () => string | undefined): Promise<SipResponse> {
    const current = this.#current;
    if (current?.offering.isRefresh === true) {
      return new Promise((resolve, reject) => {
        current.afterwards(() => {
          this.#begin(offering, obstacle).then(resolve, reject);
        });
      });
    }
    return new Promise((resolve, reject) => {
      const reason = current ? 'Another offer of ours is in progress.' : obstacle();
      if (reason === undefined) this.#start(offering, resolve, reject);
      else reject(new SipsirenError('SIP_STATE', reason));
    });
  }

  #start(
    offering: Offering,
    onDone: (response: SipResponse) => void,
    onError: (error: SipsirenError) => void,
  ): void {
    const offer = new OwnOffer(this.#agent, this, offering, onDone, onError);
    this.#current = offer;
    offer.start();
  }

  sendOffer(offering: Offering, user: ClientRequestUser): void {
    this.#owner.sendOffer(offering, user);
  }

  onOfferSuccess(offering: Offering, response: SipResponse, request: ClientRequest): void {
    this.#owner.onOfferSuccess(offering, response, request);
  }

  onDialogLost(reason: string, status?: number): void {
    this.#owner.onDialogLost(reason, status);
  }

  /** A change that we wanted is not worth the call; a refresh is repeated until the session has expired. */
  onNoAnswer({ isRefresh }: Offering, reason: string, status?: number): void {
    if (isRefresh && !this.#owner.timer.tryAgain()) this.#owner.onDialogLost(reason, status);
  }

  onOfferOver(offer: OwnOffer): void {
    if (this.#current !== offer) return;
    this.#current = undefined;
    if (offer.offering.offer !== undefined && this.#owner.negotiation.open === 'ours') {
      this.#owner.negotiation.refuse();
    }
  }
}
