import { isIP } from 'node:net';
import type { Clock } from '../base/clock.js';
import { seconds, type Duration } from '../base/duration.js';
import type { Mutable } from '../base/mutable.js';
import type { DeviceEvent } from '../events/device-event.js';
import type { MediaSessionOptions } from '../media/media-session-options.js';
import type { MediaSession } from '../media/media-session.js';
import { confirmationTone } from '../media/tone-source.js';
import type { Account } from './account.js';
import type { AccountDirectory } from './account-directory.js';
import { Call, type CallFacts } from './call.js';
import type { CallEngine, CallEngines } from './call-engines.js';
import type { CallLedger } from './call-ledger.js';
import type { CallLeg } from './call-leg.js';
import { DtmfListener } from './dtmf-listener.js';
import type { DtmfSequences } from './dtmf-sequences.js';
import { durationLimit } from './duration-limit.js';
import type { SipSettings } from './sip-settings.js';

/** What is set at this moment; both directions look here anew for each call. */
export interface CallSetup {
  readonly settings: SipSettings;
  readonly directory: AccountDirectory;
}

export interface CallFactoryOptions {
  readonly clock: Clock;
  readonly setup: CallSetup;
  readonly ledger: CallLedger;
  readonly engines: CallEngines;
  readonly dtmf: DtmfSequences;
  readonly publish: (event: DeviceEvent) => void;
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
  readonly onMedia?: ((media: MediaSession) => void) | undefined;
}

/** Makes calls as the settings say, and has them listed until they are over. */
export class CallFactory {
  readonly #options: CallFactoryOptions;

  constructor(options: CallFactoryOptions) {
    this.#options = options;
  }

  create(wanted: NewCall): Call {
    const { clock, setup, ledger, engines, publish } = this.#options;
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

  mediaOptions(engine: CallEngine, peerHost: string): MediaSessionOptions {
    const { settings } = this.#options.setup;
    const options: Mutable<MediaSessionOptions> = {
      advertisedAddress: engine.signaling.localAddressFor(peerHost),
      codecs: settings.audioCodecs,
      dtmfPayloadType: settings.dtmfPayloadType,
      direction: settings.audioDirection,
    };
    if (isIP(peerHost) !== 0) options.peerAddress = peerHost;
    return options;
  }
}

function playConfirmation(media: MediaSession): void {
  media.play(confirmationTone());
}
