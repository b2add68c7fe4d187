import type { SignalingRegistration } from '../signaling.js';
export class EndpointRegistration implements SignalingRegistration {
  constructor(_o: unknown) {}
  refresh(): void {}
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
