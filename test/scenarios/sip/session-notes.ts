import type { IncomingInvite, OutgoingInvite, SessionEnd } from '../../../src/sip/index.js';

/** A session of either direction, of which a test uses what it knows to be there. */
export type EitherInvite = Omit<IncomingInvite, 'direction'> & Omit<OutgoingInvite, 'direction'>;

/** What the sessions of a test have reported, in its order. */
export class SessionNotes {
  readonly ends: SessionEnd[] = [];
  readonly offers: (string | undefined)[] = [];
  readonly answers: string[] = [];

  /** Notes down what a session reports, and answers every offer with its own text. */
  watch(session: IncomingInvite | OutgoingInvite): EitherInvite {
    session.onEnd = (end) => this.ends.push(end);
    session.onAnswer = (answer) => this.answers.push(answer);
    session.onOffer = (offer) => {
      this.offers.push(offer);
      return { status: 200, body: `answer to ${offer ?? ''}` };
    };
    return session as unknown as EitherInvite;
  }
}
