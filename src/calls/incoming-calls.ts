import { messageOf, SipsirenError } from '../base/errors.js';
import type { AccountId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { Mutable } from '../base/mutable.js';
import type { MediaSession } from '../media/media-session.js';
import type { Account } from './account.js';
import { admit, type AdmissionDecision } from './admission.js';
import type { Call, CallFacts } from './call.js';
import type { CallEngine } from './call-engines.js';
import type { CallFactory, CallSetup } from './call-factory.js';
import type { CallLedger } from './call-ledger.js';
import { IncomingLeg } from './call-leg.js';
import { withoutParameters } from './called-address.js';
import type { IncomingSignalingCall } from './signaling.js';

type Admitted = Extract<AdmissionDecision, { admitted: true }>;
type Refused = Extract<AdmissionDecision, { admitted: false }>;

export interface IncomingCallsOptions {
  readonly log: Log;
  readonly setup: CallSetup;
  readonly ledger: CallLedger;
  readonly factory: CallFactory;
}

/** Takes calls that come in: decides, agrees on media, answers or lets it ring. */
export class IncomingCalls {
  readonly #options: IncomingCallsOptions;
  /** Counts calls beyond the limit, to spread when their callers try again. */
  #overflow = 0;

  constructor(options: IncomingCallsOptions) {
    this.#options = options;
  }

  receive(incoming: IncomingSignalingCall, engine: CallEngine): void {
    const { setup, ledger } = this.#options;
    const account = setup.directory.accountFor(incoming.invitation);
    const decision = admit(incoming.invitation, {
      settings: setup.settings,
      account,
      callsInProgress: ledger.size,
    });
    if (decision.admitted) this.#take(incoming, decision, engine);
    else this.#refuse(incoming, account, decision);
  }

  #refuse(incoming: IncomingSignalingCall, account: Account | undefined, decision: Refused): void {
    const { invitation } = incoming;
    const { log, ledger, factory } = this.#options;
    log.warn(`refused a call: ${decision.detail}`, {
      source: `${invitation.sourceAddress}:${invitation.sourcePort}`,
      from: invitation.fromUri,
      to: invitation.requestUri,
      status: decision.status,
    });
    if (decision.refusal === 'tooManyCalls') {
      incoming.reject(decision.status, { retryAfterSeconds: 1 + (this.#overflow++ % 5) });
      return;
    }
    const facts = incomingFacts(invitation, {
      callId: ledger.nextId('In'),
      account: account?.id ?? ('' as AccountId),
      localUri: withoutParameters(invitation.requestUri),
      remoteUri: withoutParameters(invitation.fromUri),
    });
    const call = factory.create({ facts, leg: new IncomingLeg(incoming) });
    call.step({ kind: 'deny', status: decision.status, detail: decision.detail });
  }

  #take(incoming: IncomingSignalingCall, decision: Admitted, engine: CallEngine): void {
    const { ledger, factory } = this.#options;
    const facts = incomingFacts(incoming.invitation, {
      callId: ledger.nextId('In'),
      account: decision.account.id,
      localUri: decision.called.uri,
      localUriSource: decision.called.source,
      remoteUri: decision.remoteUri,
    });
    const call = factory.create({ facts, leg: new IncomingLeg(incoming), engine });
    incoming.user = call;
    const session = engine.media.createSession(
      factory.mediaOptions(engine, incoming.invitation.sourceAddress),
    );
    if (session instanceof Promise) {
      session.then(
        (media) => this.#prepare(call, incoming, media, decision.account),
        (error: unknown) => call.step({ kind: 'fail', status: 503, detail: messageOf(error) }),
      );
    } else {
      this.#prepare(call, incoming, session, decision.account);
    }
  }

  /** Media are there: agrees on the session and answers, or lets it ring. */
  #prepare(call: Call, incoming: IncomingSignalingCall, media: MediaSession, account: Account): void {
    if (call.isOver) {
      media.close();
      return;
    }
    try {
      call.attachMedia(
        media,
        incoming.offer === undefined ? media.createOffer() : media.answer(incoming.offer),
      );
    } catch (error) {
      media.close();
      const status = error instanceof SipsirenError && error.code === 'MEDIA_SYNTAX' ? 400 : 488;
      call.step({ kind: 'fail', status, detail: messageOf(error) });
      return;
    }
    call.step({ kind: account.answerAutomatically ? 'answer' : 'ring' });
  }
}

function incomingFacts(
  { sourceAddress, sourcePort, displayName }: IncomingSignalingCall['invitation'],
  known: Omit<CallFacts, 'direction' | 'source' | 'remoteName'>,
): CallFacts {
  const { callId, account, localUri, localUriSource, remoteUri } = known;
  const source = `${sourceAddress}:${sourcePort}`;
  const facts: Mutable<CallFacts> = { callId, direction: 'Incoming', account, localUri, remoteUri, source };
  if (localUriSource !== undefined) facts.localUriSource = localUriSource;
  if (displayName !== undefined) facts.remoteName = displayName;
  return facts;
}
