import { expect } from '@jest/globals';
import { programVersion, recordInterop } from '../interop-record.js';
import { TestDevice, type TestDeviceOptions } from '../test-device.js';
import { Sipp, type SippOptions, type SippTrace } from './sipp.js';
import { ack, invite, receive, type Story } from './story.js';

/** How every call of sipp's begins that is answered at once. */
export const ANSWERED_CALL: Story = [invite(), receive(100, 'optional'), receive(200), ack()];

/** A siren with a rule for 1001, and sipp to call it. */
export class SippScene {
  readonly siren: TestDevice;

  private constructor(siren: TestDevice) {
    this.siren = siren;
  }

  static async start(options: TestDeviceOptions = {}): Promise<SippScene> {
    return new SippScene(await TestDevice.start(options));
  }

  /** Names, inside a test, what the test shows. */
  proves(feature: string): void {
    recordInterop({ peer: 'sipp', version: programVersion('sipp'), feature });
  }

  /** Calls 1001 in this way; throws where sipp is told something else than it expects. */
  play(story: Story, more: Partial<SippOptions> = {}): Promise<SippTrace> {
    return Sipp.run({ to: this.siren.sipAddress, extension: '1001', story, ...more });
  }

  /** Every call rings so long before it is answered; for ever without seconds. */
  async ringFor(seconds?: number): Promise<void> {
    await this.siren.device.config.update('accounts', (accounts) =>
      accounts.map((one) =>
        seconds === undefined
          ? { ...one, answerAutomatically: false }
          : { ...one, answerAfterSeconds: seconds },
      ),
    );
  }

  /** Why each call changed its state, in order. */
  reasons(): string[] {
    return this.siren.events('call.stateChange').map((event) => event.reason);
  }

  /** There was one call; the alarm sounded from its answer to its end without a break. */
  async expectOneCall(): Promise<void> {
    await this.siren.event('call.state', (event) => event.state === 'Idle');
    expect(this.reasons()).toEqual(['AcceptedByDevice', 'Terminated']);
    const light = this.siren.events('activity').filter((event) => event.function === 'light');
    expect(light.map((event) => event.change)).toEqual(['started', 'ended']);
  }

  close(): Promise<void> {
    return this.siren.close();
  }
}
