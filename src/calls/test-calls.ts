import type { Clock } from '../base/clock.js';
import { SipsirenError } from '../base/errors.js';
import type { AccountId } from '../base/ids.js';
import type { Account } from './account.js';
import type { CallEngines } from './call-engines.js';
import type { CallFactory, CallSetup } from './call-factory.js';
import { ownAddress, sipAddress } from './outgoing-address.js';
import type { SignalingAccount } from './signaling.js';
import { TestCall } from './test-call.js';
import type { TestCallReport } from './test-call-report.js';

export interface TestCallsOptions {
  readonly clock: Clock;
  readonly setup: CallSetup;
  readonly factory: Pick<CallFactory, 'mediaOptions'>;
  readonly engines: CallEngines;
  /** What an engine must know of an account. */
  readonly describe: (account: Account) => SignalingAccount;
}

export interface TestCallWish {
  /** The address to call: `sip:1001@192.168.0.90`. */
  readonly to: string;
  /** Default: the default account. */
  readonly account?: AccountId | undefined;
  /** How long to stay in the call, in seconds. */
  readonly seconds: number;
  /** How long the other side may take to answer, in seconds. */
  readonly timeoutSeconds: number;
}

/** Test calls take ports and lines from alarms, so there are few at a time. */
const MOST_AT_A_TIME = 4;

/** Makes test calls (manual: System > SIP > Test call). */
export class TestCalls {
  readonly #options: TestCallsOptions;
  #running = 0;

  constructor(options: TestCallsOptions) {
    this.#options = options;
  }

  /**
   * Calls, measures, hangs up and tells each step; a call that fails is an answer too. Throws only where there is
   * nothing to call with: SIP_DISABLED, NOT_FOUND, CONFLICT, INVALID_VALUE, LIMIT_REACHED, MEDIA_NO_PORT.
   */
  async run({ to, account: id, seconds, timeoutSeconds }: TestCallWish): Promise<TestCallReport> {
    const { clock, setup, factory, engines, describe } = this.#options;
    const engine = engines.current;
    if (!engine) {
      throw new SipsirenError('SIP_DISABLED', 'SIP is turned off; enable it in the SIP settings first.');
    }
    if (this.#running >= MOST_AT_A_TIME) {
      throw new SipsirenError(
        'LIMIT_REACHED',
        `${MOST_AT_A_TIME} test calls are in progress; wait for one to end.`,
      );
    }
    const account = setup.directory.callingAccount(id);
    const { host } = sipAddress(to);
    const from = ownAddress(account, engine.signaling.localAddressFor(host));
    this.#running++;
    try {
      const peer = { host, isSecure: account.transport === 'tls' };
      const media = await engine.media.createSession(factory.mediaOptions(engine, account, peer));
      const { signaling } = engine;
      const call = new TestCall({
        clock,
        signaling,
        media,
        account: describe(account),
        from,
        to,
        seconds,
        timeoutSeconds,
      });
      return await call.run();
    } finally {
      this.#running--;
    }
  }
}
