import { isDeepStrictEqual } from 'node:util';
import { seconds, type Duration } from '../../../base/duration.js';
import type { Unsubscribe } from '../../../base/emitter.js';
import { LatestSender } from '../../latest-sender.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import type { Picture } from '../../picture.js';
import { PeerActivities } from './peer-activities.js';
import { isNothing, vapixTarget, type VapixTarget } from './vapix-blocks.js';
import { VapixClient } from './vapix-client.js';
import type { VapixSettings } from './vapix-settings.js';

/** Milliseconds between the beginnings of two changes. */
const SPACING = 100;

/**
 * Another siren, which shows and sounds the same. It is told of changes, and asked from time to time whether it still
 * does what it should; one that was restarted in the middle of an alarm is started again.
 */
export class VapixOutput implements OutputDriver {
  readonly kind = 'vapix';
  readonly capabilities: OutputCapabilities;
  readonly checkEvery: Duration;
  readonly #settings: VapixSettings;
  readonly #activities: PeerActivities;
  readonly #sender: LatestSender<VapixTarget>;

  constructor(settings: VapixSettings, { id, clock }: OutputContext) {
    const { shows, checkSeconds, deadManSeconds } = settings;
    this.#settings = settings;
    this.capabilities = {
      ...(shows !== 'siren' && { light: { sections: 1, colors: 'rgbw', framesPerSecond: 0 } }),
      ...(shows !== 'light' && { sound: 'named' }),
      latencyMs: 100,
    };
    this.checkEvery = seconds(checkSeconds);
    const activities = new PeerActivities({ client: new VapixClient(settings), settings, clock });
    this.#activities = activities;
    // Often enough that two renewals may be lost before it ends there by itself.
    const repeatMs = Math.min(checkSeconds, deadManSeconds === 0 ? checkSeconds : deadManSeconds / 3) * 1_000;
    this.#sender = new LatestSender<VapixTarget>({
      id,
      clock,
      spacing: SPACING,
      send: (target, before) => activities.bring(target, !isDeepStrictEqual(target, before)),
      repeatAfter: (target) => (isNothing(target) ? undefined : repeatMs),
    });
  }

  onFault(listener: (error: string | undefined) => void): Unsubscribe {
    return this.#sender.onFault(listener);
  }

  onDelivered(listener: () => void): Unsubscribe {
    return this.#sender.onTaken(listener);
  }

  present(picture: Picture): void {
    this.#sender.want(vapixTarget(picture, this.#settings));
  }

  async test(): Promise<void> {
    await this.#activities.look();
  }

  async close(): Promise<void> {
    await this.#sender.close({});
  }
}
