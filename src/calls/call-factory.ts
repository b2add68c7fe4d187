import { isIP } from 'node:net';
import type { Clock } from '../base/clock.js';
import { seconds, type Duration } from '../base/duration.js';
import type { Log } from '../base/log.js';
import type { Mutable } from '../base/mutable.js';
import type { DeviceEvent } from '../events/device-event.js';
import type { MediaSessionOptions } from '../media/media-session-options.js';
import type { MediaSession } from '../media/media-session.js';
import { confirmationTone } from '../media/tone-source.js';
import type { Account } from './account.js';
import type { AccountDirectory } from './account-directory.js';
import type { CallFacts } from './call-facts.js';
import { Call, type CallOptions } from './call.js';
import type { CallEngine, CallEngines } from './call-engines.js';
import type { CallLedger } from './call-ledger.js';
import type { CallLeg } from './call-leg.js';
import { DtmfListener } from './dtmf-listener.js';
import type { DtmfSequences } from './dtmf-sequences.js';
import { durationLimit } from './duration-limit.js';
import type { SipSettings } from './sip-settings.js';
import type { TrustedServers } from './trusted-servers.js';

/** What is set at this moment; both directions look here anew for each call. */
export interface CallSetup {
  readonly settings: SipSettings;
  readonly directory: AccountDirectory;
}

export interface CallFactoryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly setup: CallSetup;
  readonly ledger: CallLedger;
  readonly engines: CallEngines;
  readonly dtmf: DtmfSequences;
  readonly trust: Pick<TrustedServers, 'trustOf'>;
  readonly publish: (event: DeviceEvent) => void;
  /** Takes a message that came within a call. */
  readonly onMessage: CallOptions['onMessage'];
}

export interface NewCall {
  readonly facts: CallFacts;
  readonly leg: CallLeg;
  /** The engine whose ports the call uses; none for a call that is refused at once. */
  readonly engine?: CallEngine;
  /** How long an incoming call rings before it is answered by itself. */
  readonly answerAfter?: Duration | undefined;
  /** How long it may ring, in seconds. Default: the calling timeout of the settings. */
  readonly callingTimeoutSeconds?: number | undefined;
  /** Called when media flow. Default: the confirmation tone is played. */
  readonly onMedia?: ((media: MediaSession, call: Call) => void) | undefined;
  /** Called when the call is active and everybody knows. */
  readonly onActive?: (() => void) | undefined;
}

/** The other side, as far as media depend on it. */
export interface MediaPeer {
  /** A numeric address where it is known, else a name. */
  readonly host: string;
  /** Whether signaling is encrypted up to the next server. */
  readonly isSecure: boolean;
}

/** Makes calls as the settings say, and has them listed until they are over. */
export class CallFactory {
  readonly #options: CallFactoryOptions;

  constructor(options: CallFactoryOptions) {
    this.#options = options;
  }

  create(wanted: NewCall): Call {
    const { clock, log, setup, ledger, engines, publish, onMessage } = this.#options;
    const { facts, leg, engine, onMedia = playConfirmation } = wanted;
    const { settings } = setup;
    const account = setup.directory.get(facts.account);
    const call = new Call({
      facts,
      leg,
      ...(account && { keys: this.#listenFor(facts, account) }),
      clock,
      callingTimeout: seconds(wanted.callingTimeoutSeconds ?? settings.callingTimeoutSeconds),
      answerAfter: wanted.answerAfter,
      limit: durationLimit(facts.direction, settings),
      silence: settings.rtpSilenceSeconds === 0 ? undefined : seconds(settings.rtpSilenceSeconds),
      publish,
      onMediaStarted: onMedia,
      onActive: wanted.onActive,
      onMessage,
      onTrouble: (detail) => log.warn(`trouble in a call: ${detail}`, { callId: facts.callId }),
      onReleased: () => {
        ledger.retire(call);
        if (engine) engines.release(engine, call);
      },
    });
    ledger.add(call);
    engine?.calls.add(call);
    return call;
  }

  #listenFor(identity: CallFacts, account: Account): DtmfListener {
    const { clock, dtmf: sequences, publish } = this.#options;
    return new DtmfListener({ identity, account, sequences, clock, publish });
  }

  mediaOptions(
    engine: CallEngine,
    account: Account,
    { host: peerHost, isSecure }: MediaPeer,
  ): MediaSessionOptions {
    const {
      setup: { settings },
      trust,
    } = this.#options;
    const options: Mutable<MediaSessionOptions> = {
      advertisedAddress: engine.signaling.localAddressFor(peerHost),
      codecs: settings.audioCodecs,
      dtmfPayloadType: settings.dtmfPayloadType,
      direction: settings.audioDirection,
      silenceAfter: settings.rtpSilenceSeconds * 1_000,
      encryption: account.mediaEncryption,
      isSignalingSecure: isSecure,
      // The account's servers relay the audio of its calls from addresses of their own.
      mayLatchTo: (address) => trust.trustOf(account, address) === 'trusted',
    };
    if (isIP(peerHost) !== 0) options.peerAddress = peerHost;
    return options;
  }
}

function playConfirmation(media: MediaSession): void {
  media.play(confirmationTone());
}
