import { messageOf, SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { MediaSession } from '../media/media-session.js';
import type { AccessGuard } from './access-list-guard.js';
import type { Account } from './account.js';
import { admitCall, admitCaller, type AdmissionFacts } from './admission.js';
import { answerPolicy } from './answer-policy.js';
import type { Call } from './call.js';
import type { CallEngine } from './call-engines.js';
import type { CallFactory, CallSetup } from './call-factory.js';
import type { CallLedger } from './call-ledger.js';
import { IncomingLeg } from './call-leg.js';
import { findCalledAddress } from './called-address.js';
import type { CallerAdmission, CallerJudgement } from './caller-admission.js';
import type { CallerIdentity } from './caller-identity.js';
import { incomingFacts } from './incoming-facts.js';
import { RefusedCalls, type RefusedCall } from './refused-calls.js';
import type { CallInvitation, CallStanding, IncomingSignalingCall, RequestSender } from './signaling.js';
import type { TrustedServers } from './trusted-servers.js';

/** Over these nobody on the way reads the keys of encrypted audio. */
const SECURE_TRANSPORTS: ReadonlySet<string> = new Set(['tls', 'wss']);

export interface IncomingCallsOptions {
  readonly log: Log;
  readonly setup: CallSetup;
  readonly ledger: CallLedger;
  readonly factory: CallFactory;
  readonly trust: TrustedServers;
  /** The access list. Default: none, which lets everybody call. */
  readonly access?: Pick<AccessGuard, 'decide' | 'isSilent'> | undefined;
  readonly admission: CallerAdmission;
}

const BUSY = 486;

/** A call that may come in. */
interface Admitted {
  readonly incoming: IncomingSignalingCall;
  readonly account: Account;
  readonly identity: CallerIdentity;
  readonly engine: CallEngine;
}

/** Takes calls that come in: decides, agrees on media, answers or lets it ring. docs/calls.md has the order. */
export class IncomingCalls {
  readonly #options: IncomingCallsOptions;
  readonly #refused: RefusedCalls;

  constructor(options: IncomingCallsOptions) {
    this.#options = options;
    this.#refused = new RefusedCalls(options);
  }

  receive(incoming: IncomingSignalingCall, engine: CallEngine): void {
    const asker = this.#options.admission.askerOf(incoming);
    const call = { incoming, ...asker };
    const facts = this.#factsOf(incoming.invitation, asker.account);
    const judgement = this.#options.admission.judge(incoming, asker, facts);
    if (judgement.verdict === 'asked') return;
    if (judgement.verdict === 'refused') return this.#refuse(call, judgement);
    const place = admitCall(judgement.account, facts);
    if (!place.admitted) return this.#refused.refuse(call, place);
    this.#take({ incoming, account: judgement.account, identity: asker.identity, engine });
  }

  /**
   * What becomes of a request that is no call. Servers of our accounts are always answered: a PBX that asks by
   * OPTIONS whether the device lives must not take it for dead.
   */
  screen({ sourceAddress, fromUri, displayName }: RequestSender): 'admit' | 'refuse' | 'ignore' {
    const { access, trust } = this.#options;
    const facts = { sourceAddress, callerUri: fromUri, callerName: displayName };
    if (access === undefined || access.decide(facts).allowed || trust.isServer(sourceAddress)) return 'admit';
    this.#options.log.debug('a request that is no call was turned away', { sourceAddress, fromUri });
    return access.isSilent ? 'ignore' : 'refuse';
  }

  /**
   * The answer to a question by OPTIONS: what a call would get (RFC 3261 section 11.2), whose caller is not asked for a
   * password. A full device says 486 also where a call would get 503 with Retry-After: told so for a question, a
   * server would keep everything back for a while, also what there is room for by then.
   */
  standing(invitation: CallInvitation): CallStanding {
    const { setup, trust } = this.#options;
    const facts = this.#factsOf(invitation, setup.directory.accountFor(invitation, trust));
    const caller = admitCaller(facts);
    if (!caller.admitted) return { status: caller.status, warning: caller.detail };
    const place = admitCall(caller.account, facts);
    return place.admitted ? { status: 200 } : { status: BUSY, warning: place.detail };
  }

  #factsOf({ sourceAddress }: CallInvitation, account: Account | undefined): AdmissionFacts {
    const { setup, ledger, trust } = this.#options;
    return {
      settings: setup.settings,
      account,
      callsInProgress: ledger.size,
      callsOf: ({ id }: Account) => ledger.callsOf(id).length,
      isStranger: trust.hasServers && !trust.isServer(sourceAddress),
    };
  }

  #refuse(call: RefusedCall, { refusal, way }: Extract<CallerJudgement, { verdict: 'refused' }>): void {
    switch (way.kind) {
      case 'refuse':
        return this.#refused.refuse(call, refusal);
      case 'turnAway':
        return this.#refused.turnAway(call, refusal, way);
      case 'answered':
        return this.#refused.note(call, refusal);
    }
  }

  #take(admitted: Admitted): void {
    const { incoming, account, identity, engine } = admitted;
    const { ledger, factory, trust } = this.#options;
    const { invitation } = incoming;
    const called = findCalledAddress(invitation, account, trust);
    if (called.notBelieved !== undefined) this.#tellNotBelieved(admitted, called.notBelieved);
    const facts = incomingFacts(invitation, {
      callId: ledger.nextId('In'),
      account: account.id,
      identity,
      called,
    });
    const policy = answerPolicy(account, invitation, trust);
    const call = factory.create({
      facts,
      leg: new IncomingLeg(incoming),
      engine,
      answerAfter: policy.kind === 'ring' ? policy.answerAfter : undefined,
      onActive: () => this.#makeRoom(call, account),
    });
    incoming.user = call;
    const proceed = (media: MediaSession) => {
      if (!this.#agree(call, incoming, media)) return;
      call.step({ kind: policy.kind });
      if (!call.isActive) this.#makeRoom(call, account);
    };
    const session = engine.media.createSession(
      factory.mediaOptions(engine, account, {
        host: invitation.sourceAddress,
        isSecure: SECURE_TRANSPORTS.has(invitation.transport),
      }),
    );
    if (session instanceof Promise) {
      session.then(proceed, (error: unknown) =>
        call.step({ kind: 'fail', status: 503, detail: messageOf(error) }),
      );
    } else {
      proceed(session);
    }
  }

  /** Media are there: agrees on the session. */
  #agree(call: Call, incoming: IncomingSignalingCall, media: MediaSession): boolean {
    if (call.isOver) {
      media.close();
      return false;
    }
    try {
      const { offer } = incoming;
      call.attachMedia(media, offer === undefined ? media.createOffer() : media.answer(offer));
      return true;
    } catch (error) {
      media.close();
      const status = error instanceof SipsirenError && error.code === 'MEDIA_SYNTAX' ? 400 : 488;
      call.step({ kind: 'fail', status, detail: messageOf(error) });
      return false;
    }
  }

  /**
   * The newer call is there before the older one ends, so that an alarm that both ask for does not pause; and one
   * that only rings takes the place of one that rings: a call that nobody answers must not end an alarm.
   */
  #makeRoom(newer: Call, { id, maxCalls, whenFull }: Account): void {
    if (whenFull !== 'newerWins' || maxCalls === null) return;
    const alike = this.#options.ledger.callsOf(id).filter((call) => call.isActive === newer.isActive);
    const older = alike.filter((call) => call !== newer).slice(0, Math.max(0, alike.length - maxCalls));
    for (const call of older) call.hangUp('a newer call took its place, as the account is set (whenFull)');
  }

  #tellNotBelieved({ incoming: { invitation }, account }: Admitted, header: string): void {
    this.#options.log.warn(
      `${header} is not believed: the call does not come from a server of the account; ` +
        'if it should be, add its address to trustedServers',
      { account: account.id, source: invitation.sourceAddress },
    );
  }
}
