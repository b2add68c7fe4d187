import { messageOf, SipsirenError } from '../base/errors.js';
import type { AccountId, CallId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { MediaSession } from '../media/media-session.js';
import { confirmationTone } from '../media/tone-source.js';
import type { Account } from './account.js';
import type { CallFacts } from './call-facts.js';
import type { Call } from './call.js';
import type { CallEngine, CallEngines } from './call-engines.js';
import type { CallFactory, CallSetup } from './call-factory.js';
import type { CallLedger } from './call-ledger.js';
import { OutgoingLeg } from './call-leg.js';
import { preparePlay, type OnUnplayable, type PlaySources, type PreparedPlay } from './call-play.js';
import { withoutParameters } from './called-address.js';
import { KEYS_NOT_SENT } from './cut-short.js';
import { addressIn, ownAddress, sipAddress } from './outgoing-address.js';
import type { PlayRequest } from './play-request.js';
import { telling } from './played-sound.js';
import type { SignalingAccount, SignalingStep } from './signaling.js';

export interface PlaceCallOptions {
  /** The address to call: `sip:1001@127.0.0.1`. */
  readonly to: string;
  /** The account to call from. Default: the default account. */
  readonly account?: AccountId;
  /** How long it may ring, in seconds from 1 to 600. Default: the calling timeout of the settings. */
  readonly callingTimeoutSeconds?: number;
  /** What is heard over there when the call is answered. Default: the confirmation tone. */
  readonly play?: PlayRequest;
  /** Told where that cannot be played and an alarm is played in its place. Default: the call is not placed then. */
  readonly onUnplayable?: OnUnplayable;
  /** Whether we hang up when that is over. Default false. */
  readonly hangUpAfterPlaying?: boolean;
  /** Called when media flow, instead of playing anything. */
  readonly onMedia?: (media: MediaSession) => void;
  /** Told of each step on the way, until the call is answered. Default: nobody. */
  readonly onStep?: (step: SignalingStep) => void;
}

export interface OutgoingCallsOptions {
  readonly log: Log;
  readonly setup: CallSetup;
  readonly ledger: CallLedger;
  readonly factory: CallFactory;
  readonly engines: CallEngines;
  readonly sources: PlaySources;
  /** What an engine must know of an account. */
  readonly describe: (account: Account) => SignalingAccount;
}

/** Places calls of ours. */
export class OutgoingCalls {
  readonly #options: OutgoingCallsOptions;

  constructor(options: OutgoingCallsOptions) {
    this.#options = options;
  }

  /**
   * Throws SIP_DISABLED, NOT_FOUND, CONFLICT, LIMIT_REACHED, INVALID_VALUE, MEDIA_NO_PORT, MEDIA_NOT_ACCEPTABLE for
   * encryption that is not possible, what keeps the INVITE from leaving, and what `preparePlay` does.
   */
  async place(options: PlaceCallOptions): Promise<CallId> {
    const { factory, sources } = this.#options;
    this.#engine();
    const account = this.#accountToCallFrom(options.account);
    const { host } = sipAddress(options.to);
    const play = options.play && (await preparePlay(options.play, sources, this.#onUnplayable(options)));
    // It may have been turned off, or be another one, while the announcement was read or the text spoken.
    const engine = this.#engine();
    const peer = { host, isSecure: account.transport === 'tls' };
    const media = await engine.media.createSession(factory.mediaOptions(engine, account, peer));
    return this.#dial({ account, engine, media, options, onMedia: listenerOf(options, play) });
  }

  #onUnplayable({ to, onUnplayable }: PlaceCallOptions): OnUnplayable | undefined {
    if (!onUnplayable) return undefined;
    return (problem) => {
      this.#options.log.error('a call plays an alarm, since what it was to play cannot be played', {
        to,
        problem,
      });
      onUnplayable(problem);
    };
  }

  /** Throws SIP_DISABLED. */
  #engine(): CallEngine {
    const engine = this.#options.engines.current;
    if (engine) return engine;
    throw new SipsirenError('SIP_DISABLED', 'SIP is turned off; enable it in the SIP settings first.');
  }

  #dial({ account, engine, media, options, onMedia }: Dialling): CallId {
    const { factory, ledger, setup } = this.#options;
    const offer = offerOf(media);
    const facts: CallFacts = {
      callId: ledger.nextId('Out'),
      direction: 'Outgoing',
      account: account.id,
      localUri: ownAddress(account, engine.signaling.localAddressFor(sipAddress(options.to).host)),
      remoteUri: withoutParameters(options.to),
      transport: account.transport,
    };
    const leg = new OutgoingLeg();
    const timeoutSeconds = options.callingTimeoutSeconds ?? setup.settings.callingTimeoutSeconds;
    const call = factory.create({ facts, leg, engine, callingTimeoutSeconds: timeoutSeconds, onMedia });
    call.attachMedia(media, offer);
    call.step({ kind: 'dial' });
    try {
      leg.call = engine.signaling.placeCall({
        account: this.#options.describe(account),
        from: facts.localUri,
        to: options.to,
        offer,
        user: call,
        timeoutSeconds,
        onStep: (step) => {
          if (step.step === 'sent') media.setPeerAddress(addressIn(step.remote));
          options.onStep?.(step);
        },
      });
    } catch (error) {
      call.step({ kind: 'end', end: { by: 'failure', reason: messageOf(error) } });
      throw error;
    }
    return facts.callId;
  }

  #accountToCallFrom(id: AccountId | undefined): Account {
    const account = this.#options.setup.directory.callingAccount(id);
    this.#refuseIfFull(account);
    return account;
  }

  /** A call of ours never takes the place of one that came in: that may be an alarm. */
  #refuseIfFull({ id, maxCalls }: Account): void {
    const { ledger, setup } = this.#options;
    const { maxConcurrentCalls } = setup.settings;
    if (ledger.size >= maxConcurrentCalls) throw full(`The device has ${maxConcurrentCalls} calls`);
    if (maxCalls !== null && ledger.callsOf(id).length >= maxCalls) {
      throw full(`The account ${id} has ${maxCalls} call${maxCalls === 1 ? '' : 's'}`);
    }
  }
}

interface Dialling {
  readonly account: Account;
  readonly engine: CallEngine;
  readonly media: MediaSession;
  readonly options: PlaceCallOptions;
  readonly onMedia: MediaListener | undefined;
}

type MediaListener = (media: MediaSession, call: Call) => void;

/** What happens when the call is answered; undefined leaves it to the confirmation tone. */
function listenerOf(
  { onMedia, hangUpAfterPlaying = false }: PlaceCallOptions,
  play: PreparedPlay | undefined,
): MediaListener | undefined {
  if (onMedia !== undefined) return onMedia;
  if (play === undefined && !hangUpAfterPlaying) return undefined;
  return (media, call) => {
    const finish = () => {
      if (hangUpAfterPlaying) call.hangUp('everything was played');
    };
    const wanted = play ?? { kind: 'sound', source: confirmationTone() };
    if (wanted.kind === 'sound') media.play(telling(wanted.source, finish));
    else if (wanted.kind === 'nothing') queueMicrotask(finish);
    else call.sendDtmf(wanted.digits).then(finish, (error: unknown) => call.hangUp(notPressed(error)));
  };
}

function notPressed(error: unknown): string {
  return `${KEYS_NOT_SENT}: ${messageOf(error)}`;
}

/** The offer goes out with the INVITE; encryption may be asked for where it cannot be. */
function offerOf(media: MediaSession): string {
  try {
    return media.createOffer();
  } catch (error) {
    media.close();
    throw error;
  }
}

function full(what: string): SipsirenError {
  return new SipsirenError('LIMIT_REACHED', `${what} already, which is the limit; end one first.`);
}
