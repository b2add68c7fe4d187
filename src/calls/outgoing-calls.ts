import { messageOf, SipsirenError } from '../base/errors.js';
import type { AccountId, CallId } from '../base/ids.js';
import type { MediaSession } from '../media/media-session.js';
import { isSipUri, parseUri, type SipUri } from '../sip/message/index.js';
import type { Account } from './account.js';
import type { CallFacts } from './call.js';
import type { CallEngines } from './call-engines.js';
import type { CallFactory, CallSetup } from './call-factory.js';
import type { CallLedger } from './call-ledger.js';
import { OutgoingLeg } from './call-leg.js';
import { withoutParameters } from './called-address.js';
import { toSignalingAccount } from './signaling-account.js';

export interface PlaceCallOptions {
  /** The address to call: `sip:1001@127.0.0.1`. */
  readonly to: string;
  /** The account to call from. Default: the default account. */
  readonly account?: AccountId;
  /** Called when media flow, instead of the confirmation tone. */
  readonly onMedia?: (media: MediaSession) => void;
}

export interface OutgoingCallsOptions {
  readonly setup: CallSetup;
  readonly ledger: CallLedger;
  readonly factory: CallFactory;
  readonly engines: CallEngines;
}

/** Places calls of ours. */
export class OutgoingCalls {
  readonly #options: OutgoingCallsOptions;

  constructor(options: OutgoingCallsOptions) {
    this.#options = options;
  }

  /** Throws SIP_DISABLED, NOT_FOUND, CONFLICT, INVALID_VALUE, MEDIA_NO_PORT, and what keeps the INVITE from leaving. */
  async place(options: PlaceCallOptions): Promise<CallId> {
    const { engines, factory, ledger } = this.#options;
    const engine = engines.current;
    if (!engine) {
      throw new SipsirenError('SIP_DISABLED', 'SIP is turned off; enable it in the SIP settings first.');
    }
    const account = this.#accountToCallFrom(options.account);
    const { host } = sipAddress(options.to);
    const media = await engine.media.createSession(factory.mediaOptions(engine, host));
    const facts: CallFacts = {
      callId: ledger.nextId('Out'),
      direction: 'Outgoing',
      account: account.id,
      localUri: ownAddress(account, engine.signaling.localAddressFor(host)),
      remoteUri: withoutParameters(options.to),
    };
    const leg = new OutgoingLeg();
    const call = factory.create({ facts, leg, engine, onMedia: options.onMedia });
    const offer = media.createOffer();
    call.attachMedia(media, offer);
    call.step({ kind: 'dial' });
    try {
      leg.call = engine.signaling.placeCall({
        account: toSignalingAccount(account),
        from: facts.localUri,
        to: options.to,
        offer,
        user: call,
        timeoutSeconds: this.#options.setup.settings.callingTimeoutSeconds,
      });
    } catch (error) {
      call.step({ kind: 'end', end: { by: 'failure', reason: messageOf(error) } });
      throw error;
    }
    return facts.callId;
  }

  #accountToCallFrom(id: AccountId | undefined): Account {
    const { directory } = this.#options.setup;
    const account = id === undefined ? directory.default : directory.get(id);
    if (!account) {
      throw new SipsirenError('NOT_FOUND', `There is no account ${id ?? 'that is the default and active'}.`);
    }
    if (!account.active) throw new SipsirenError('CONFLICT', `The account ${account.id} is not active.`);
    return account;
  }
}

/** The address to call. Throws where it is none, before anything is reported of the call. */
function sipAddress(to: string): SipUri {
  try {
    const uri = parseUri(to);
    if (isSipUri(uri)) return uri;
  } catch {
    // The message below says it better than the parser.
  }
  throw new SipsirenError('INVALID_VALUE', `"${to}" is not a SIP address.`, {
    path: 'to',
    accepted: 'an address such as sip:1001@192.168.0.90',
  });
}

/** Who calls: the account at its domain, or, without one, at the address that faces the peer. */
function ownAddress(account: Account, localAddress: string): string {
  const host =
    account.domain || account.registrar || (localAddress.includes(':') ? `[${localAddress}]` : localAddress);
  return `sip:${account.userId || 'sipsiren'}@${host}`;
}
